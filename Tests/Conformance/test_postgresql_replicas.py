"""Many callers of the same requests on three replicas that share one PostgreSQL, of which one is killed
in mid-flight: one user for each request, one call for it, one answer to all. REPLICA_KEYS and
REPLICA_CALLERS set how many (40 requests of 16 callers each; the goal is 200 of 64)."""

import asyncio
import contextlib
import itertools
import os
import subprocess
import time
import uuid
from collections import Counter

import grpc
import pytest

import durability_report
import protocol
from daemon import binary
from postgresql import PostgreSQL, WatchedUserPool
from protocol import Refusal, v1
from test_exactly_once import POLICY, without_replay

KEYS = int(os.environ.get("REPLICA_KEYS", "40"))
CALLERS = int(os.environ.get("REPLICA_CALLERS", "16"))
REPLICAS = 3
# Requests that are under way at a time, so that the kill finds some before, in and behind it.
WINDOW = 12
# A lease of 30 seconds has to end before what the killed replica held is looked into.
VERDICT_LIMIT_SECONDS = 300
# What a caller is told to come back for; all but the last also come of a replica that is gone.
REPEATABLE = {"UNAVAILABLE", "CANCELLED", "UNKNOWN", "DEADLINE_EXCEEDED", "ABORTED"}


@pytest.fixture(scope="module")
def postgresql():
    with PostgreSQL() as server:
        yield server


class Run:
    """All callers; each goes to the next replica when one does not answer."""

    def __init__(self, targets):
        self.targets = targets
        self.refusals = Counter()
        self.begun = asyncio.Event()
        self.finished = 0

    async def call(self, stubs, asked, number):
        end = time.monotonic() + VERDICT_LIMIT_SECONDS
        for turn in itertools.count(number):
            try:
                return await stubs[turn % REPLICAS].CreateUser(asked, timeout=20)
            except grpc.aio.AioRpcError as error:
                refusal = Refusal(error)
                self.refusals[f"{refusal.code} {refusal.reason or ''}".strip()] += 1
                assert refusal.code in REPEATABLE, refusal
                assert time.monotonic() < end, f"no verdict: {refusal}"
            await asyncio.sleep(0.1)

    async def request(self, stubs, window, asked):
        async with window:
            answers = await asyncio.gather(
                *(self.call(stubs, asked, number) for number in range(CALLERS)))
        self.finished += 1
        if self.finished >= KEYS // 4:
            self.begun.set()
        return answers

    async def all(self, requests, kill):
        channels = [grpc.aio.insecure_channel(target, options=[("grpc.enable_retries", 0)])
                    for target in self.targets]
        stubs = [protocol.v1_grpc.UserProvisioningServiceStub(channel) for channel in channels]
        window = asyncio.Semaphore(WINDOW)
        killer = asyncio.create_task(self._kill(kill))
        answers = await asyncio.gather(
            *(self.request(stubs, window, asked) for asked in requests))
        await killer
        for channel in channels:
            await channel.close()
        return answers

    async def _kill(self, kill):
        await self.begun.wait()
        await asyncio.to_thread(kill)


def test_one_call_for_each_request(directory, upstream, postgresql):
    pool = WatchedUserPool(upstream, postgresql)
    pool.course = lambda name: "slow"
    with contextlib.ExitStack() as running:
        # The first makes the tables and the keys.
        replicas = [running.enter_context(postgresql.replica(
            directory, POLICY, upstream, "--reconcile-quarantine", "1", name=f"replica-{number}"))
            for number in range(REPLICAS)]
        requests = []
        for number in range(KEYS):
            name = f"user-{number}-{uuid.uuid4()}"
            requests.append(v1.CreateUserRequest(
                organization="acme", username=name, request_id=str(uuid.uuid4()),
                user_attributes=protocol.attributes({"email": f"{name}@example.com"})))
        held = []

        def kill():
            # While it waits for answers of the upstream.
            end = time.monotonic() + 30
            while not held and time.monotonic() < end:
                time.sleep(0.05)
                held[:] = under_way(postgresql)
            replicas[-1].process.kill()
            replicas[-1].process.wait()

        run = Run([replica.target for replica in replicas])
        started = time.monotonic()
        answers = asyncio.run(run.all(requests, kill))
        seconds = time.monotonic() - started
        assert held, "nothing was under way when the replica was killed"
        for asked, same in zip(requests, answers):
            assert len({without_replay(answer).SerializeToString() for answer in same}) == 1
            assert same[0].user.username == asked.username
            assert same[0].user.sub == sub(pool, asked.username)
        calls = Counter(call.json["Username"] for call in upstream.calls)
        assert calls == dict.fromkeys((asked.username for asked in requests), 1)
        assert pool.unannounced == []
        states = postgresql.query("SELECT state, count(*) FROM creation GROUP BY state ORDER BY 1")
        assert set(line.split("|")[0] for line in states.split()) <= {
            "SUCCEEDED", "RECONCILED_CREATED"}
        verified = subprocess.run(
            [binary("provisiond"), "journal", "verify", postgresql.url()], capture_output=True,
            text=True, timeout=60)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert f"{KEYS} creations: sound" in verified.stdout
    durability_report.report(
        f"{KEYS} requests x {CALLERS} callers x {REPLICAS} PostgreSQL replicas, one killed with "
        f"{len(held)} under way: {len(upstream.calls)} calls of the upstream, equal answers; "
        f"{' '.join(states.split())}; {seconds:.0f} s; told to repeat: "
        + ", ".join(f"{count} {reason}" for reason, count in run.refusals.most_common()))


def under_way(postgresql) -> list[str]:
    return postgresql.query("SELECT request_id FROM creation WHERE state = 'INTENT'").split()


def sub(pool, name) -> str:
    return next(each["Value"] for each in pool.users[name]["Attributes"] if each["Name"] == "sub")
