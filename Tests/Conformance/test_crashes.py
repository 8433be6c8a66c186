"""The service is killed again and again while callers create users and answers get lost: each caller
that repeats its request gets its one user. KILLS sets how often (50)."""

import os
import random
import signal
import sqlite3
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import grpc

import protocol
from daemon import Provisiond, upstream_settings
from protocol import Refusal, v1
from test_exactly_once import POLICY
from upstream import CapturingUpstream
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


# Calls of one thread each: the journal's writes and flushes, the answers and the upstream's requests.
# CRASH_POINTS=all tries every one of the first of each; else every third or so, 60 and more.
CALLS = {"pwrite64": 90, "fdatasync": 36, "fsync": 6, "ftruncate": 4, "writev": 24, "sendto": 12}
STEP = 1 if os.environ.get("CRASH_POINTS") == "all" else 3
POINTS = [(call, number) for call, last in CALLS.items()
          for number in range(1, last + 1, min(STEP, max(1, last // 4)))]


def crash_at(directory, call: str, number: int):
    """Kills the service as it enters the n-th such call of one thread. What was acknowledged is
    there, and each of the twelve requests ends in its one user."""
    upstream = CapturingUpstream()
    server = Provisiond(directory, POLICY, upstream_settings(upstream.port),
                        "--reconcile-quarantine", "1")
    pool = UserPool(upstream, server.journal)
    plain = server.command
    # -D: the service is our child, and the tracer beside it.
    server.command = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                      f"inject={call}:signal=KILL:when={number}", *plain]
    asked = [v1.CreateUserRequest(
        organization="acme", username=f"user-{index}", request_id=str(uuid.uuid4()))
        for index in range(12)]
    answered = []
    try:
        with server:
            for request in asked:
                answer = server.create(request)
                if not isinstance(answer, Refusal):
                    answered.append(answer)
    except RuntimeError:
        pass  # It died before it served.
    has_crashed = server.process.returncode == -signal.SIGKILL
    server.command = plain
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
    upstream.close()
    assert pool.unannounced == []
    assert sorted(pool.created) == sorted(request.username for request in asked)
    return has_crashed


def test_a_crash_at_each_write(directory):
    assert len(POINTS) >= 60
    with ThreadPoolExecutor(4) as workers:
        crashed = list(workers.map(
            lambda point: crash_at(directory / "-".join(map(str, point)), *point), POINTS))
    # Some calls come less often than that; most points are reached.
    assert sum(crashed) > len(POINTS) // 2, dict(zip(POINTS, crashed))
