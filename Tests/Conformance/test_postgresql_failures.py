"""The PostgreSQL server is killed or stands still: nothing is sent without an intent in it, callers and
load balancers are told, and the service goes on by itself when it is back."""

import signal
import threading
import time
import uuid

import pytest
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1 import health_pb2_grpc as rpc

import durability_report
from postgresql import PostgreSQL, WatchedUserPool
from protocol import Refusal
from test_exactly_once import POLICY, request, without_replay
from test_health import CREATION, NOT_SERVING, SERVING
from waiting import until

# What was being written when the server stood still is waited for: it may be written yet.
CALL_LIMIT_SECONDS = 90
NOTHING_DONE = ("UNAVAILABLE", "AUDIT_UNAVAILABLE", "no")


@pytest.fixture
def postgresql():
    with PostgreSQL() as server:
        yield server


@pytest.fixture
def replica(postgresql, directory, upstream):
    with postgresql.replica(directory / str(uuid.uuid4()), POLICY, upstream) as server:
        yield server
        assert server.alive
    assert server.process.returncode == 0, server.log


class Callers:
    """Create users all the time."""

    def __init__(self, server):
        self.server = server
        self.refusals: list[Refusal] = []
        self.made = 0
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self):
        for _ in range(4):
            self.add()
        return self

    def add(self):
        self._threads.append(threading.Thread(target=self._run))
        self._threads[-1].start()

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self):
        while not self._stop.is_set():
            answer = self.server.create(request(), timeout=CALL_LIMIT_SECONDS)
            if not isinstance(answer, Refusal):
                self.made += 1
                continue
            self.refusals.append(answer)
            time.sleep(0.02)

    def are_refused(self) -> bool:
        """Those who are under way may all wait for what was being written: others come."""
        self.add()
        time.sleep(0.1)
        return any(each.reason == "AUDIT_UNAVAILABLE" for each in self.refusals)


@pytest.mark.parametrize("fault", ["killed", "stands still"])
def test_nothing_is_sent_while_the_server_is_away(replica, postgresql, upstream, fault):
    pool = WatchedUserPool(upstream, postgresql)
    pool._look_into_the_journal = lambda _: None
    health = rpc.HealthStub(replica.channel)

    def status():
        return health.Check(pb.HealthCheckRequest(service=CREATION), timeout=20).status

    assert status() == SERVING
    with Callers(replica) as callers:
        until(lambda: callers.made > 20, "nothing is created")
        if fault == "killed":
            postgresql.kill()
        else:
            postgresql.signal_all(signal.SIGSTOP)
        start = time.monotonic()
        until(lambda: status() == NOT_SERVING, "still SERVING")
        noticed = time.monotonic() - start
        until(callers.are_refused, "nobody was refused")
        assert replica.probe("/readyz")[0] == 503
        # What was on its way when the server went may still arrive.
        time.sleep(1)
        sent, made = len(upstream.calls), callers.made
        time.sleep(1)
        assert (len(upstream.calls), callers.made) == (sent, made)
        if fault == "killed":
            postgresql.start()
        else:
            postgresql.signal_all(signal.SIGCONT)
        start = time.monotonic()
        until(lambda: callers.made > made, "nothing is created again")
        back = time.monotonic() - start
        until(lambda: status() == SERVING, "not SERVING again")
    codes = {(each.code, each.reason, each.executed) for each in callers.refusals}
    assert NOTHING_DONE in codes
    assert codes <= {NOTHING_DONE, ("UNAVAILABLE", "OUTCOME_NOT_RECORDED", "unknown")}, codes
    assert len(upstream.calls) == len(pool.created) == len(set(pool.created))
    durability_report.report(
        f"PostgreSQL {fault}: NOT_SERVING after {noticed:.2f} s, creating {back:.2f} s after the "
        f"repair, {len(callers.refusals)} calls refused, {len(upstream.calls)} users made")


@pytest.fixture
def killed_in_mid_flight(replica, postgresql, upstream):
    """A call whose request has reached the upstream when the server is killed, and its answers."""
    pool = WatchedUserPool(upstream, postgresql)
    pool.course = lambda name: "slow"
    asked, answers = request(), []

    def call(timeout):
        caller = threading.Thread(
            target=lambda: answers.append(replica.create(asked, timeout=timeout)))
        caller.start()
        until(lambda: pool.created, "not sent")
        postgresql.kill()
        return asked, answers, caller

    return call


def test_an_outcome_waits_for_the_server(killed_in_mid_flight, replica, postgresql, upstream):
    asked, answers, caller = killed_in_mid_flight(timeout=60)
    until(lambda: replica.logged("the journal takes no records"), "the outcome was not tried")
    assert not answers
    postgresql.start()
    caller.join()
    assert answers[0].user.username == asked.username and not answers[0].replayed
    # What reads may lose a connection once more while the server starts on a busy machine.
    until(lambda: replica.probe("/readyz")[0] == 200, "not ready")
    assert replica.create(asked).replayed and len(upstream.calls) == 1


def test_an_outcome_that_nobody_waits_for_is_recorded(
        killed_in_mid_flight, replica, postgresql, upstream):
    asked, answers, caller = killed_in_mid_flight(timeout=4)
    caller.join()
    assert answers[0].code in {"UNAVAILABLE", "DEADLINE_EXCEEDED"}, answers[0]
    assert answers[0].executed in {"unknown", None}, answers[0]
    postgresql.start()

    def again():
        answers.append(replica.create(asked))
        return not isinstance(answers[-1], Refusal)

    until(again, "no answer")
    assert answers[-1].replayed and len(upstream.calls) == 1
    assert without_replay(answers[-1]) == without_replay(replica.create(asked))
    assert postgresql.query("SELECT state FROM creation") == "SUCCEEDED"


def test_a_connection_that_the_server_ends_is_replaced(replica, postgresql, upstream):
    WatchedUserPool(upstream, postgresql)
    for _ in range(3):
        assert not isinstance(replica.create(request()), Refusal)
        postgresql.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                         "WHERE application_name = 'provisiond'")
        until(lambda: not isinstance(replica.create(request()), Refusal), "nothing is created")
    # At the shortest the next call: it finds its connection gone, and takes another.
    assert len(upstream.calls) >= 6
