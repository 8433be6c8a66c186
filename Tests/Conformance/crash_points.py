"""Twelve creations by a service of which one system call is a crash or fails, and what has to be true
afterwards."""

import collections
import contextlib
import pathlib
import re
import shutil
import signal
import time
import uuid
from dataclasses import dataclass

from daemon import Provisiond, upstream_settings, verify
from protocol import Refusal, v1
from system_faults import (ENOSPC, FAULTS, KILL, Attached, fault, journal_paths, only, recording,
                           sockets, traced)
from test_exactly_once import POLICY
from upstream import CapturingUpstream
from user_pool import UserPool

CREATIONS = 12
# The longest that one request may take from its first call to its verdict, a restart included.
VERDICT_LIMIT_SECONDS = 240
STOPPED, DISK_FAILED = 0, 74

# What is written to the journal's files, and what is sent to the upstream and to callers.
FILE_CALLS = ["pwrite64", "write", "fsync", "fdatasync", "ftruncate", "unlink", "rename"]
SEND_CALLS = ["write", "writev", "sendto", "sendmsg"]


@dataclass(frozen=True)
class Point:
    """`start`: a journal is made and opened. `serve`: one that is there is written. `send`: of the
    sockets."""
    stage: str
    call: str
    number: int
    fault: str


@dataclass
class Ended:
    """How the process ended that met the fault, and how many requests it had answered until then."""
    point: Point
    code: int
    answered: int


class World:
    """An upstream of its own and a service in a folder of its own."""

    def __init__(self, directory: pathlib.Path, journal: pathlib.Path | None = None):
        directory.mkdir(parents=True)
        if journal:
            shutil.copytree(journal, directory, dirs_exist_ok=True)
        self.upstream = CapturingUpstream()
        self.server = Provisiond(directory.resolve(), POLICY, upstream_settings(self.upstream.port),
                                 "--reconcile-quarantine", "1")
        self.pool = UserPool(self.upstream, self.server.journal)
        self.plain = self.server.command
        self.asked = [
            v1.CreateUserRequest(organization="acme", username=f"user-{uuid.uuid4()}",
                                 request_id=str(uuid.uuid4())) for _ in range(CREATIONS)]
        self.answered = {}

    def serve(self, stage="serve", arguments=None, output="/dev/null") -> int:
        """Serves until everybody has an answer, or the process ends. Gives its exit code.

        `arguments` are strace's, for the calls of a stage."""
        if arguments and stage != "send":
            paths = paths_of(stage, self.server.journal)
            self.server.command = traced(self.plain, [*only(paths), *arguments], output)
        try:
            with self.server, contextlib.ExitStack() as tracers:
                first, *others = self.asked
                self.ask(first)
                if arguments and stage == "send":
                    pid = self.server.process.pid
                    tracers.enter_context(
                        Attached(pid, [*only(sockets(pid)), *arguments], output))
                for request in others:
                    self.ask(request)
        except RuntimeError:
            self.server.process.wait()  # It ended before it served.
        return self.server.process.returncode

    def ask(self, request):
        end = time.monotonic() + VERDICT_LIMIT_SECONDS
        while self.server.alive:
            answer = self.server.create(request)
            if not isinstance(answer, Refusal):
                assert answer.user.username == request.username
                self.answered[request.request_id] = answer.creation_id
                return
            assert answer.code in {"UNAVAILABLE", "CANCELLED"}, answer
            assert time.monotonic() < end, answer
            time.sleep(0.05)

    def verify(self):
        """What was acknowledged is there; each request ends in its one user; nothing was sent before
        its intent was in the journal."""
        acknowledged = dict(self.answered)
        self.server.command = self.plain
        with self.server:
            for creation_id in acknowledged.values():
                found = self.server.users.GetCreation(
                    v1.GetCreationRequest(creation_id=creation_id), timeout=20).creation
                assert found.state in {v1.CREATION_STATE_SUCCEEDED,
                                       v1.CREATION_STATE_RECONCILED_CREATED}, found
            for request in self.asked:
                self.ask(request)
        assert self.server.process.returncode == STOPPED
        assert len(self.answered) == CREATIONS
        for request_id, creation_id in acknowledged.items():
            assert self.answered[request_id] == creation_id
        verify(self.server.journal)
        assert self.pool.unannounced == []
        assert sorted(self.pool.created) == sorted(request.username for request in self.asked)


def paths_of(stage: str, journal: pathlib.Path) -> list[pathlib.Path]:
    """While it serves, only the database and its log: opening counts its own writes apart."""
    if stage == "start":
        return journal_paths(journal)
    return [journal, journal.with_name(journal.name + "-wal")]


def points(directory: pathlib.Path, journal: pathlib.Path) -> list[Point]:
    """Every call of a run without faults, with every fault."""
    found = []
    for stage, calls in [("start", FILE_CALLS), ("serve", FILE_CALLS), ("send", SEND_CALLS)]:
        world = World(directory / stage, None if stage == "start" else journal)
        output = directory / f"{stage}.trace"
        assert world.serve(stage, recording(calls), output) == STOPPED
        world.upstream.close()
        found += [Point(stage, call, number, kind) for call, number in _numbers(stage, output)
                  for kind in FAULTS]
    return found


def _numbers(stage: str, trace: pathlib.Path) -> list[tuple[str, int]]:
    """Which calls there were, each numbered within its thread as strace does."""
    counts = collections.Counter()
    numbers = set()
    opener = None
    for line in trace.read_text(errors="replace").splitlines():
        match = re.match(r"(\d+) +(\w+)\(", line)
        if not match:
            continue
        thread, call = match.groups()
        opener = opener or thread
        counts[thread, call] += 1
        # Behind the start another thread writes, whose calls are points of the other stage.
        if stage != "start" or thread == opener:
            numbers.add((call, counts[thread, call]))
    return sorted(numbers)


def crash_at(directory: pathlib.Path, journal: pathlib.Path, point: Point) -> Ended:
    world = World(directory, None if point.stage == "start" else journal)
    code = world.serve(point.stage, fault(point.call, point.fault, point.number))
    ended = Ended(point, code, len(world.answered))
    world.verify()
    world.upstream.close()
    shutil.rmtree(directory)
    return ended


def allowed_codes(ended: Ended) -> set[int]:
    point = ended.point
    if point.fault == KILL:
        # A call that did not come again leaves the process as it was.
        return {-signal.SIGKILL, STOPPED}
    if point.stage == "send":
        return {STOPPED}
    if point.fault == ENOSPC and point.call == "pwrite64" and ended.answered:
        # A full disk is waited for, except by a start.
        return {STOPPED} if ended.answered == CREATIONS else set()
    # Where everybody has an answer, the call came at the close, or did not come again.
    return {STOPPED, DISK_FAILED} if ended.answered == CREATIONS else {DISK_FAILED}
