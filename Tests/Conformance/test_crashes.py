"""The service is killed again and again while callers create users and answers get lost: each caller
that repeats its request gets its one user. KILLS sets how often (50)."""

import json
import os
import random
import sqlite3
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import grpc

import protocol
from daemon import Provisiond, upstream_settings, verify
from durability_report import report
from protocol import Refusal, v1
from test_exactly_once import POLICY
from upstream import Answer
from user_pool import UserPool

KILLS = int(os.environ.get("KILLS", "50"))
CALLERS = 64
# So often, after so many kills, the service lives long enough to resolve what is in doubt.
KILLS_IN_A_ROW = 100
REST_SECONDS = 12
# The longest that a request may take once nobody kills any more.
VERDICT_LIMIT_SECONDS = 240
# What tells a caller to repeat its request.
REPEATED = {"UNAVAILABLE", "CANCELLED", "ABORTED", "UNKNOWN", "DEADLINE_EXCEEDED"}
IN_DOUBT = {"OUTCOME_UNKNOWN", "IN_PROGRESS"}
CREATED = {"SUCCEEDED", "RECONCILED_CREATED"}


class Callers:
    """Each makes one user after the other, and repeats a request until it has its answer. What is in
    doubt is put aside meanwhile: a process that lives for a second cannot resolve it."""

    def __init__(self, server: Provisiond):
        self.server = server
        self.made: list[str] = []
        self.wrong: list[str] = []
        self.put_aside = 0
        self.is_stopped = threading.Event()

    def run(self, number: int):
        count = 0
        aside = []
        while not self.is_stopped.is_set():
            count += 1
            name = f"user-{number}-{count}-{uuid.uuid4()}"
            request = v1.CreateUserRequest(
                organization="acme", username=name, request_id=str(uuid.uuid4()),
                user_attributes=protocol.attributes({"email": f"{name}@example.com"}))
            while (reason := self.ask(request)) and not self.is_stopped.is_set():
                if reason in IN_DOUBT:
                    break
                time.sleep(0.05)
            if reason:
                aside.append(request)
        self.put_aside += len(aside)
        for request in aside:
            end = time.monotonic() + VERDICT_LIMIT_SECONDS
            while self.ask(request):
                if time.monotonic() > end:
                    self.wrong.append(f"{request.username}: no verdict")
                    break
                time.sleep(0.05)

    def ask(self, request) -> str | None:
        """Why the request has to be repeated; None when there was a verdict."""
        try:
            answer = self.server.users.CreateUser(request, timeout=20)
        except grpc.RpcError as error:
            refusal = Refusal(error)
            if refusal.code in REPEATED:
                return refusal.reason or refusal.code
            self.wrong.append(f"{request.username}: {refusal}")
            return None
        except ValueError:
            return "RESTART"  # The channel was closed under the call.
        if answer.user.username != request.username:
            self.wrong.append(f"{request.username}: another user")
        self.made.append(request.username)
        return None


def kill(server: Provisiond):
    server.process.kill()
    server.process.wait()
    server.channel.close()
    server.__enter__()


def rows(server: Provisiond) -> list[tuple]:
    database = sqlite3.connect(f"file:{server.journal}?mode=ro", uri=True)
    try:
        return database.execute("SELECT state, count(*) FROM creation GROUP BY state").fetchall()
    finally:
        database.close()


def test_each_caller_gets_its_one_user(directory, upstream):
    chance = random.Random(5)
    server = Provisiond(directory, POLICY, upstream_settings(upstream.port),
                        "--reconcile-quarantine", "1")
    pool = UserPool(upstream, server.journal)
    pool.course = lambda name: chance.choices(
        ["normal", "lost-answer", "500-after-commit"], [85, 10, 5])[0]
    with server:
        callers = Callers(server)
        with ThreadPoolExecutor(CALLERS) as workers:
            running = [workers.submit(callers.run, number) for number in range(CALLERS)]
            for number in range(KILLS):
                is_rest = number % KILLS_IN_A_ROW == KILLS_IN_A_ROW - 1
                time.sleep(REST_SECONDS if is_rest else chance.uniform(0, 0.4))
                kill(server)
            callers.is_stopped.set()
            for each in running:
                each.result()
        assert callers.wrong == []
        assert len(callers.made) > KILLS
        assert pool.unannounced == []
        assert sorted(pool.created) == sorted(callers.made)
    verify(server.journal)
    states = dict(rows(server))
    report(f"{KILLS} kills under {CALLERS} callers: {len(callers.made)} requests got their user "
           f"({callers.put_aside} of them after the last kill), "
           f"{len(pool.created)} users upstream, {len(set(pool.created))} names, creations "
           f"{states}, {len(upstream.calls)} requests upstream")
    assert set(states) <= CREATED, states
    assert sum(states.values()) == len(pool.created) == len(set(pool.created))


def test_an_invitation_that_a_kill_cut_off_may_be_sent_again(directory, upstream):
    """It is not looked into: the user was there before, and would be taken for somebody else's."""
    server = Provisiond(directory / "resend", POLICY, upstream_settings(upstream.port),
                        "--reconcile-quarantine", "1")
    pool = UserPool(upstream, server.journal)
    pool.add("ada", age_seconds=3600)
    asked = v1.CreateUserRequest(
        organization="acme", username="ada", request_id=str(uuid.uuid4()),
        message_action=v1.MESSAGE_ACTION_RESEND,
        desired_delivery_mediums=[v1.DELIVERY_MEDIUM_EMAIL])
    answer = Answer(json.dumps({"User": pool.users["ada"]}).encode())
    upstream.answer = Answer(answer.body, delay=5)
    with server:
        caller = threading.Thread(target=server.create, args=[asked])
        caller.start()
        end = time.monotonic() + VERDICT_LIMIT_SECONDS
        while not upstream.calls:
            assert time.monotonic() < end
            time.sleep(0.02)
        upstream.answer = answer
        kill(server)
        caller.join()
        again = server.create(asked)
        assert not isinstance(again, Refusal), again
        assert again.invitation.state == v1.INVITATION_STATE_RESENT
        assert len(upstream.calls) == 2 and upstream.lookups == []
