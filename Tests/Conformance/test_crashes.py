"""The service is killed again and again while callers create users and answers get lost: each caller
that repeats its request gets its one user. KILLS sets how often (50)."""

import os
import random
import sqlite3
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import grpc

import protocol
from daemon import Provisiond, upstream_settings
from durability_report import report
from protocol import Refusal, v1
from test_exactly_once import POLICY
from user_pool import UserPool

KILLS = int(os.environ.get("KILLS", "50"))
CALLERS = 64
# The longest that one request may take from its first call to its verdict, restarts included.
VERDICT_LIMIT_SECONDS = 240
CREATED = {"SUCCEEDED", "RECONCILED_CREATED"}


class Callers:
    """Each makes one user after the other, and repeats each request until it has its answer."""

    def __init__(self, server: Provisiond):
        self.server = server
        self.made: list[str] = []
        self.wrong: list[str] = []
        self.is_stopped = threading.Event()

    def run(self, number: int):
        count = 0
        while not self.is_stopped.is_set():
            count += 1
            self.create(f"user-{number}-{count}-{uuid.uuid4()}")

    def create(self, name: str):
        asked = v1.CreateUserRequest(
            organization="acme", username=name, request_id=str(uuid.uuid4()),
            user_attributes=protocol.attributes({"email": f"{name}@example.com"}))
        end = time.monotonic() + VERDICT_LIMIT_SECONDS
        while time.monotonic() < end:
            try:
                answer = self.server.users.CreateUser(asked, timeout=20)
                if answer.user.username != name:
                    self.wrong.append(f"{name}: another user")
                self.made.append(name)
                return
            except grpc.RpcError as error:
                refusal = Refusal(error)
                if refusal.code not in {"UNAVAILABLE", "CANCELLED", "ABORTED", "UNKNOWN"}:
                    self.wrong.append(f"{name}: {refusal}")
                    return
            except ValueError:
                pass  # The channel was closed under the call: the service restarts.
            time.sleep(0.05)
        self.wrong.append(f"{name}: no verdict")


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
            for _ in range(KILLS):
                time.sleep(chance.uniform(0, 0.4))
                kill(server)
            callers.is_stopped.set()
            for each in running:
                each.result()
        assert callers.wrong == []
        assert len(callers.made) > KILLS
        assert pool.unannounced == []
        assert sorted(pool.created) == sorted(callers.made)
    states = dict(rows(server))
    report(f"{KILLS} kills under {CALLERS} callers: {len(callers.made)} requests got their user, "
           f"{len(pool.created)} users upstream, {len(set(pool.created))} names, creations "
           f"{states}, {len(upstream.calls)} requests upstream")
    assert set(states) <= CREATED, states
    assert sum(states.values()) == len(pool.created) == len(set(pool.created))
