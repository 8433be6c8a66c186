"""Measures and judges a server under attack: its memory, and an honest client's calls."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from attack_target import SCALE, SURVIVED, Outcome, Target
from conformance_server import resident_bytes

GROWTH_LIMIT_BYTES = 64 << 20
# An attacker that was cut comes back for so long, so that the honest client meets it.
SUSTAINED_SECONDS = 1.0 * SCALE
QUIET_SECONDS = 0.6
# Fewer calls than these in an attack mean that the honest client was not served.
CALLS_TO_JUDGE_BY = 10


@dataclass
class Row:
    attack: str
    target: str
    outcome: Outcome
    rounds: int
    calls: int
    failures: int
    p99_before: float
    p99_during: float
    before: int
    peak: int
    after: int


REPORT: list[Row] = []


@dataclass
class Watch:
    """Measures while its block runs. The honest client has a quiet second first."""
    target: Target
    quiet: list = field(default_factory=list)
    latencies: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    before: int = 0
    peak: int = 0
    after: int = 0

    def __enter__(self):
        bystander = self.target.bystander
        bystander.start()
        time.sleep(QUIET_SECONDS)
        self.quiet, failures = bystander.stop()
        assert not failures, f"not served before the attack: {failures[:3]}"
        self.before = self.peak = resident_bytes(self.target.pid)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._keep_measuring)
        self.thread.start()
        bystander.start()
        return self

    def __exit__(self, *_):
        self.latencies, self.failures = self.target.bystander.stop()
        self.stopping.set()
        self.thread.join()
        self.after = resident_bytes(self.target.pid)
        self.peak = max(self.peak, self.after)

    def _keep_measuring(self):
        while not self.stopping.wait(0.05):
            self.peak = max(self.peak, resident_bytes(self.target.pid))

    def report(self, attack: str, outcome: Outcome, rounds=1):
        REPORT.append(Row(
            attack, self.target.name, outcome, rounds, len(self.latencies), len(self.failures),
            p99(self.quiet), p99(self.latencies), self.before, self.peak, self.after))


def p99(values: list) -> float:
    return sorted(values)[int(len(values) * 0.99)] if values else 0.0


def run(name: str, attack: Callable[[Target], Outcome], target: Target, accepted: set):
    """One attack, repeated for a second, with everything that must hold during it and after it."""
    rounds, slowest = 0, None
    with Watch(target) as watch:
        limit = time.monotonic() + SUSTAINED_SECONDS
        while rounds == 0 or time.monotonic() < limit and slowest.kind in accepted:
            outcome = attack(target)
            rounds += 1
            if slowest is None or outcome.kind not in accepted or outcome.seconds > slowest.seconds:
                slowest = outcome
    watch.report(name, slowest, rounds)
    judge(watch, slowest, accepted)


def judge(watch: Watch, outcome: Outcome, accepted: set):
    assert not watch.failures, f"bystander: {watch.failures[:3]} of {len(watch.failures)}"
    assert len(watch.latencies) >= CALLS_TO_JUDGE_BY, "the bystander was not served"
    growth = watch.peak - watch.before
    assert growth <= GROWTH_LIMIT_BYTES, f"memory grew by {growth >> 20} MiB"
    assert outcome.kind in accepted, outcome
    watch.target.ask()


def report_lines() -> list[str]:
    if not REPORT:
        return []
    lines = [f"{'attack':34} {'target':14} {'outcome':28} {'s':>5} {'times':>5} {'bystander':>12} "
             f"{'p99 ms':>9} {'RSS MiB before/peak/after':>26}"]
    for row in REPORT:
        verdict = f"{row.outcome.kind} {row.outcome.detail}"[:28]
        lines.append(
            f"{row.attack:34} {row.target:14} {verdict:28} {row.outcome.seconds:5.1f} "
            f"{row.rounds:>5} {row.failures:>4} of {row.calls:<5}"
            f"{row.p99_before * 1000:4.0f}>{row.p99_during * 1000:<4.0f} "
            f"{row.before >> 20:>8} {row.peak >> 20:>8} {row.after >> 20:>8}")
    undefended = sum(row.outcome.kind == SURVIVED for row in REPORT)
    failures = sum(row.failures for row in REPORT)
    return [*lines, f"{len(REPORT)} attacks, {undefended} undefended, {failures} bystander failures"]
