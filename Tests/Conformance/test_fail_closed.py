"""A disk that is full, or fails, under a running service: nothing is sent that is not written down,
the health says so, and what happened meanwhile is written when the disk takes it again.

The faults are of the system calls, by strace, and begin and end in the middle of the run."""

import threading
import time
import uuid

import pytest

from crash_points import DISK_FAILED, STOPPED
from daemon import Provisiond, upstream_settings
from durability_report import report
from health_watch import NOT_SERVING, SERVING, HealthWatch
from protocol import Refusal, v1
from system_faults import EIO, ENOSPC, Attached, fault, only, traced
from test_exactly_once import POLICY
from upstream import CapturingUpstream
from user_pool import UserPool
from waiting import until

# What a busy machine may take for what is a matter of one second here.
LIMIT_SECONDS = 60


class World:
    def __init__(self, directory):
        self.upstream = CapturingUpstream()
        self.server = Provisiond(directory, POLICY, upstream_settings(self.upstream.port),
                                 "--reconcile-quarantine", "1")
        self.pool = UserPool(self.upstream, self.server.journal)

    def broken(self, call: str, kind: str, first="1+") -> Attached:
        """From here on each such call on the journal's files fails."""
        journal = self.server.journal
        paths = [journal, journal.with_name(journal.name + "-wal")]
        return Attached(self.server.process.pid, [*only(paths), *fault(call, kind, first)])

    def states(self, request) -> int:
        found = self.server.users.GetCreation(
            v1.GetCreationRequest(request_id=request.request_id), timeout=20)
        return found.creation.state


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.upstream.close()
    assert world.pool.unannounced == []


def request() -> v1.CreateUserRequest:
    return v1.CreateUserRequest(
        organization="acme", username=f"user-{uuid.uuid4()}", request_id=str(uuid.uuid4()))


def created(server, asked):
    """Repeats until the user is there."""
    answers = []
    until(lambda: not isinstance(answers.append(server.create(asked)) or answers[-1], Refusal))
    assert answers[-1].user.username == asked.username
    return answers[-1]


def test_a_full_disk_refuses_says_so_and_recovers(world):
    with world.server as server, HealthWatch(server) as health:
        created(server, request())
        health.wait_for(SERVING)
        sent = len(world.upstream.calls)
        with world.broken("pwrite64", ENOSPC) as disk:
            asked = request()
            refusal = server.create(asked)
            start = time.monotonic()
            assert (refusal.code, refusal.reason, refusal.executed) == (
                "UNAVAILABLE", "AUDIT_UNAVAILABLE", "no"), refusal
            health.wait_for(NOT_SERVING)
            noticed = time.monotonic() - start
            for _ in range(20):
                assert server.create(request()).reason == "AUDIT_UNAVAILABLE"
            assert len(world.upstream.calls) == sent
            disk.lift()
            start = time.monotonic()
        created(server, asked)
        recovered = time.monotonic() - start
        health.wait_for(SERVING)
        report(f"full disk: NOT_SERVING after {noticed:.2f} s, a user {recovered:.2f} s after the "
               "repair")
        assert world.pool.created[1:] == [asked.username]
    assert server.process.returncode == STOPPED


def in_flight(world, asked, timeout=20) -> tuple[threading.Thread, list, threading.Event]:
    """A call whose upstream answers when the event is set."""
    may_answer, answers = threading.Event(), []
    create = world.pool.create

    def slowly(call):
        answer = create(call)
        may_answer.wait(LIMIT_SECONDS)
        return answer

    world.upstream.answer = slowly
    caller = threading.Thread(
        target=lambda: answers.append(world.server.create(asked, timeout=timeout)))
    caller.start()
    until(lambda: asked.username in world.pool.created)
    return caller, answers, may_answer


def test_an_outcome_waits_for_the_disk(world):
    with world.server as server:
        asked = request()
        caller, answers, may_answer = in_flight(world, asked, timeout=LIMIT_SECONDS)
        with world.broken("pwrite64", ENOSPC) as disk:
            may_answer.set()
            until(lambda: server.logged("the journal takes no records"))
            assert answers == []
            disk.lift()
            caller.join()
        (answer,) = answers
        assert answer.user.username == asked.username and not answer.replayed
        assert world.states(asked) == v1.CREATION_STATE_SUCCEEDED
    assert len(world.upstream.calls) == 1


def test_an_outcome_is_kept_for_a_caller_who_cannot_wait(world):
    with world.server as server:
        asked = request()
        caller, answers, may_answer = in_flight(world, asked, timeout=4)
        with world.broken("pwrite64", ENOSPC) as disk:
            may_answer.set()
            caller.join()
            (refusal,) = answers
            # The one before its deadline, and never an OK.
            assert (refusal.code, refusal.reason, refusal.executed) == (
                "UNAVAILABLE", "OUTCOME_NOT_RECORDED", "unknown"), refusal
            assert world.states(asked) == v1.CREATION_STATE_INTENT
            disk.lift()
        until(lambda: world.states(asked) == v1.CREATION_STATE_SUCCEEDED)
        answer = server.create(asked)
        assert answer.replayed and answer.user.username == asked.username
    assert len(world.upstream.calls) == 1


@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
def test_a_disk_that_fails_ends_the_process(world, call):
    server = world.server
    with server:
        before = created(server, request())
        asked = request()
        caller, answers, may_answer = in_flight(world, asked)
        sent = len(world.upstream.calls)
        with world.broken(call, EIO):
            refusal = server.create(request())
            assert isinstance(refusal, Refusal) and refusal.code == "UNAVAILABLE", refusal
            may_answer.set()
            assert server.process.wait(LIMIT_SECONDS) == DISK_FAILED
        caller.join()
        assert isinstance(answers[0], Refusal) and answers[0].executed != "no"
        assert len(world.upstream.calls) == sent
    world.upstream.answer = world.pool.create
    with server:
        assert world.states(v1.CreateUserRequest(request_id=before.request_id)) == (
            v1.CREATION_STATE_SUCCEEDED)
        # It was under way: the user is found, and told of.
        assert created(server, asked).replayed
        created(server, request())
    assert len(set(world.pool.created)) == len(world.pool.created) == 3


def test_a_full_disk_at_the_start_is_for_the_supervisor(world):
    with world.server as server:
        created(server, request())
    plain = server.command
    server.command = traced(plain, [*only([server.journal.with_name("journal.db-wal")]),
                                    *fault("pwrite64", ENOSPC, "1+")])
    with pytest.raises(RuntimeError, match=f"ended with {DISK_FAILED}"):
        server.__enter__()
    server.command = plain
    with server:
        created(server, request())
