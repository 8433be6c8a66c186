"""What is attacked, who is served meanwhile, and what is measured.

Everything here stays on the loopback interface, is bounded in count and time, and stops by itself.
ATTACK_SCALE=10 sends ten times as much and waits for every timer of the server.
"""

import collections
import os
import select
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import grpc

from conformance_server import resident_bytes
from frames import RST_STREAM, FrameConnection, grpc_fields, grpc_message

SCALE = int(os.environ.get("ATTACK_SCALE", "1"))
GROWTH_LIMIT_BYTES = 64 << 20
FLOOD_SECONDS = 8 * SCALE
# How long a bystander waits for one answer: whoever waits longer was not served.
BYSTANDER_PATIENCE_SECONDS = 5
BYSTANDER_PAUSE_SECONDS = 0.02
# An attack that is over at once is watched until so many calls were answered behind it.
CALLS_TO_JUDGE_BY = 10

CUT, REFUSED, CONTAINED, SURVIVED = "cut", "refused", "contained", "NOT CUT"


@dataclass
class Target:
    """A running server, a unary call that it answers, and the same call through grpcio."""
    name: str
    port: int
    pid: int
    path: str
    body: bytes
    ask: Callable[[grpc.Channel], object]
    credentials: grpc.ChannelCredentials | None = None

    def channel(self) -> grpc.Channel:
        """A connection of an honest client, shared with nobody."""
        address = f"127.0.0.1:{self.port}"
        options = [("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)]
        if self.credentials:
            return grpc.secure_channel(address, self.credentials, options)
        return grpc.insecure_channel(address, options)

    @property
    def message(self) -> bytes:
        return grpc_message(self.body)

    def fields(self, **changed) -> list:
        return grpc_fields(self.path, **changed)


@dataclass
class Outcome:
    """How the attacker fared. `seconds`: from the first hostile byte to the end of the connection."""
    kind: str
    detail: str = ""
    seconds: float = 0.0


@dataclass
class Row:
    attack: str
    target: str
    outcome: Outcome
    calls: int
    failures: int
    p99_before: float
    p99_during: float
    before: int
    peak: int
    after: int


REPORT: list[Row] = []


class Attacker(FrameConnection):
    """A connection that sends more than it should, and notes the streams that were ended."""

    def __init__(self, port: int, *own_settings, **options):
        self.resets, self.ended = collections.Counter(), set()
        super().__init__(port, *own_settings, **options)

    def _note(self, came):
        if came.kind == RST_STREAM:
            self.resets[came.error_code] += 1
        if came.completes:
            self.ended.add(came.stream)
        super()._note(came)

    def paced_flood(self, rounds: Iterable[list], seconds=FLOOD_SECONDS) -> Outcome:
        """Sends the frames of so many streams at a time as lie below every limit of streams, and
        waits for the end of each: the flood of a peer that keeps to the rules."""
        start, sent = time.monotonic(), 0
        for pieces in rounds:
            if self.closed or time.monotonic() > start + seconds or not self.send(*pieces):
                break
            sent += len(pieces)
            # Offences that end the stream for both sides may leave no trace: wait but a little.
            self.read_until(lambda _: len(self.ended) >= sent, 0.3)
        return self.outcome(start, sent)

    def flood(self, chunks: Iterable[bytes], reads=True, seconds=FLOOD_SECONDS) -> Outcome:
        """Sends chunk after chunk until the server ends the connection. A client that does not
        read (`reads`) looks at what came only at the end."""
        start, chunks, pending = time.monotonic(), iter(chunks), b""
        self.socket.setblocking(False)
        sent = 0
        while time.monotonic() < start + seconds and not self.closed:
            readable, writable, _ = select.select(
                [self.socket] if reads else [], [self.socket], [], 0.1)
            if readable:
                self._take_input()
            if writable and not self.closed:
                pending = pending or next(chunks, b"")
                if not pending:
                    break
                count = self._send_some(pending)
                pending, sent = pending[count:], sent + count
        self.socket.settimeout(self.timeout)
        return self.outcome(start, sent)

    def _take_input(self):
        try:
            piece = self.socket.recv(1 << 18)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            piece = b""
        self.closed = self.closed or not piece
        self.buffer += piece
        while self._is_frame_complete():
            self._take_frame()

    def _send_some(self, pending: bytes) -> int:
        try:
            return self.socket.send(pending)
        except (BlockingIOError, ssl.SSLWantWriteError):
            return 0
        except OSError:
            self.closed = True
            return 0

    def outcome(self, start: float, sent=0, patience=3.0) -> Outcome:
        """Waits for the end of the connection; GOAWAY alone is not the end."""
        limit = time.monotonic() + patience
        while not self.closed and time.monotonic() < limit:
            self.next_frame(limit - time.monotonic())
        seconds = time.monotonic() - start
        codes = [came.error_code for came in self.goaways]
        detail = f"GOAWAY {codes[-1]}" if codes else ""
        if self.closed:
            return Outcome(CUT, detail or "closed", seconds)
        return Outcome(SURVIVED, f"{sent} bytes sent {detail}".strip(), seconds)


@dataclass
class Watch:
    """Measures a server while a block runs: memory, and an honest client's calls."""
    target: Target
    latencies: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    before: int = 0
    peak: int = 0
    after: int = 0

    def __enter__(self):
        self.channel = self.target.channel()
        self.baseline = [self._ask() for _ in range(20)]
        assert not self.failures, self.failures
        self.latencies.clear()
        self.before = self.peak = resident_bytes(self.target.pid)
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._keep_asking),
                        threading.Thread(target=self._keep_measuring)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        limit = time.monotonic() + BYSTANDER_PATIENCE_SECONDS
        while len(self.latencies) < CALLS_TO_JUDGE_BY and time.monotonic() < limit:
            time.sleep(0.02)
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        self.channel.close()
        self.after = resident_bytes(self.target.pid)
        self.peak = max(self.peak, self.after)

    def _ask(self) -> float:
        start = time.monotonic()
        try:
            self.target.ask(self.channel)
        except grpc.RpcError as error:
            self.failures.append(f"{error.code().name}: {error.details()}")
        self.latencies.append(time.monotonic() - start)
        return self.latencies[-1]

    def _keep_asking(self):
        while not self.stopping.wait(BYSTANDER_PAUSE_SECONDS):
            self._ask()

    def _keep_measuring(self):
        while not self.stopping.wait(0.05):
            self.peak = max(self.peak, resident_bytes(self.target.pid))

    def row(self, attack: str, outcome: Outcome) -> Row:
        return Row(attack, self.target.name, outcome, len(self.latencies), len(self.failures),
                   p99(self.baseline), p99(self.latencies), self.before, self.peak, self.after)


def p99(values: list) -> float:
    return sorted(values)[int(len(values) * 0.99)] if values else 0.0


def run(name: str, attack: Callable[[Target], Outcome], target: Target, accepted: set):
    """One attack with everything that must hold during it and after it."""
    with Watch(target) as watch:
        outcome = attack(target)
    REPORT.append(watch.row(name, outcome))
    judge(watch, outcome, accepted)


def judge(watch: Watch, outcome: Outcome, accepted: set):
    target = watch.target
    assert not watch.failures, f"bystander: {watch.failures[:3]} of {len(watch.failures)}"
    assert len(watch.latencies) >= CALLS_TO_JUDGE_BY, "the bystander was not served"
    growth = watch.peak - watch.before
    assert growth <= GROWTH_LIMIT_BYTES, f"memory grew by {growth >> 20} MiB"
    assert outcome.kind in accepted, outcome
    with target.channel() as channel:
        target.ask(channel)


def report_lines() -> list[str]:
    if not REPORT:
        return []
    lines = [f"{'attack':34} {'target':12} {'outcome':30} {'s':>5} {'bystander':>10} "
             f"{'p99 ms':>11} {'RSS MiB before/peak/after':>26}"]
    for row in REPORT:
        verdict = f"{row.outcome.kind} {row.outcome.detail}"[:30]
        lines.append(
            f"{row.attack:34} {row.target:12} {verdict:30} {row.outcome.seconds:5.1f} "
            f"{row.failures:>3} of {row.calls:<4}"
            f"{row.p99_before * 1000:5.0f}>{row.p99_during * 1000:<5.0f} "
            f"{row.before >> 20:>8} {row.peak >> 20:>8} {row.after >> 20:>8}")
    undefended = sum(row.outcome.kind == SURVIVED for row in REPORT)
    failures = sum(row.failures for row in REPORT)
    return [*lines, f"{len(REPORT)} attacks, {undefended} undefended, {failures} bystander failures"]
