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
import pytest

import protocol
from daemon import Provisiond, upstream_settings
from protocol import Refusal, v1
from test_exactly_once import POLICY
from user_pool import UserPool

KILLS = int(os.environ.get("KILLS", "50"))
CALLERS = 16
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
    assert set(states) <= CREATED, states
    assert sum(states.values()) == len(pool.created)


# System calls of the journal's thread, and the writes to the upstream among them.
POINTS = [(call, number) for call in ["pwrite64", "fdatasync", "fsync", "ftruncate"]
          for number in [1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28]]


@pytest.mark.parametrize("call,number", POINTS)
def test_a_crash_at_each_write(tmp_path, upstream, call, number):
    """Killed as it enters the n-th such call of one thread; what was acknowledged is there."""
    server = Provisiond(tmp_path, POLICY, upstream_settings(upstream.port),
                        "--reconcile-quarantine", "1")
    pool = UserPool(upstream, server.journal)
    with server:
        pass
    plain = server.command
    server.command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                      f"inject={call}:signal=KILL:when={number}", *plain]
    answered = []
    asked = [v1.CreateUserRequest(
        organization="acme", username=f"user-{index}", request_id=str(uuid.uuid4()))
        for index in range(12)]
    try:
        with server:
            for request in asked:
                answer = server.create(request)
                if not isinstance(answer, Refusal):
                    answered.append(answer)
    except RuntimeError:
        pass  # It died before it served.
    server.command = plain
    assert pool.unannounced == []
    with server:
        for answer in answered:
            found = server.users.GetCreation(
                v1.GetCreationRequest(creation_id=answer.creation_id), timeout=20).creation
            assert found.state == v1.CREATION_STATE_SUCCEEDED
        for request in asked:
            end = time.monotonic() + VERDICT_LIMIT_SECONDS
            while isinstance(answer := server.create(request), Refusal):
                assert answer.code == "UNAVAILABLE", answer
                assert time.monotonic() < end
                time.sleep(0.05)
            assert answer.user.username == request.username
        assert sorted(pool.created) == sorted(request.username for request in asked)
