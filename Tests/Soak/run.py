"""One run of the soak: starts its parts, stops them, and looks back at what they did."""

import subprocess
import time

import verdict
from disturbances import Disturbances
from mixed_callers import MixedCallers
from samples import Sampler
from service import SoakedService, daemon
from steady_load import SteadyLoad

SEED = 1
# The longest that creations in doubt may need when the load is over.
SETTLED_LIMIT_SECONDS = 300
# What the service says of a change, and what it may never say.
DONE = {"reloads": "policy reloaded", "rotations": "certificates reloaded"}
REFUSED = ["policy refused; the old one stays in force",
           "certificates refused; the old ones stay in force"]


class Soak:
    """One run; `problems` says what must not happen and did."""

    def __init__(self, service: SoakedService, rate: int, seconds: float):
        began = time.monotonic()
        self.service, self.seconds = service, seconds
        self.steady = SteadyLoad(service, rate, seconds, began)
        self.mixed = MixedCallers(service, SEED)
        self.disturbances = Disturbances(service)
        self.sampler = Sampler(service, began)
        self.problems: list[str] = []

    def run(self):
        parts = [self.sampler, self.mixed, self.disturbances, self.steady]
        for part in parts:
            part.start()
        self.steady.join()
        self.disturbances.stop()
        self.sampler.stopping.set()
        self.sampler.join()
        self.mixed.stop()
        self.problems += self.mixed.problems
        self.problems += [part.problem for part in (self.steady, self.sampler) if part.problem]
        self.take_stock()

    def take_stock(self):
        """What the service says of itself while it still runs, if it does."""
        try:
            self._settle()
            self._count_calls()
        except (OSError, RuntimeError) as error:
            self.problems.append(f"the service tells no figures: {error!r}")
        self._read_the_log()

    def _settle(self):
        limit = time.monotonic() + SETTLED_LIMIT_SECONDS
        while (left := self.service.figures()["provisiond_creations_in_doubt"]) > 0:
            if time.monotonic() > limit:
                return self.problems.append(f"{left:.0f} creations are still in doubt")
            time.sleep(1)

    def _count_calls(self):
        """h2load takes every answer for one: what was not OK has to be what the callers saw."""
        failed = sum(value for name, value in self.service.figures().items()
                     if name.startswith("grpc_server_call_duration_seconds_count")
                     and 'grpc_status="OK"' not in name and "TailAuditEvents" not in name)
        seen = sum(self.mixed.refused.values())
        if failed != seen:
            self.problems.append(f"{failed:.0f} calls failed, {seen} where they had to")

    def _read_the_log(self):
        provisiond = self.service.provisiond
        for what, message in DONE.items():
            count = getattr(self.disturbances, what)
            if count == 0 or not provisiond.logged(message):
                self.problems.append(f"of {count} {what} the log has no \"{message}\"")
        for message in REFUSED:
            if records := provisiond.logged(message):
                self.problems.append(f"{len(records)} times \"{message}\": {records[0]['error']}")
        if not provisiond.alive:
            self.problems.append("the service ended by itself")

    def look_back(self):
        """Ends service and sandbox. Every user once, and a sound journal."""
        try:
            self.service.close()
        except subprocess.TimeoutExpired as error:
            self.problems.append(f"no end: {error}")
        if (code := self.service.provisiond.process.returncode) != 0:
            self.problems.append(f"the service ended with {code}")
        if self.service.sandbox.users != len(self.mixed.created):
            self.problems.append(f"{len(self.mixed.created)} creations through faults, "
                                 f"{self.service.sandbox.users} users")
        if len(set(self.mixed.created.values())) != len(self.mixed.created):
            self.problems.append("two creations got one user")
        try:
            # The longer the soak, the more there is to read.
            daemon.verify(self.service.provisiond.journal,
                          daemon.VERIFICATION_LIMIT_SECONDS + self.seconds)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            self.problems.append(f"the journal: {error}")

    def report(self) -> str:
        calls = ", ".join(f"{count} {kind}" for kind, count in sorted(self.mixed.calls.items()))
        return "\n".join([
            f"{self.steady.calls} creations at an even rate; {calls}",
            f"{self.service.sandbox.faults} faults, {len(self.mixed.created)} creations through "
            f"them, {self.service.sandbox.users} users; {self.disturbances.reloads} reloads, "
            f"{self.disturbances.rotations} rotations",
            *self._judge_drifts(),
            *(f"PROBLEM: {problem}" for problem in self.problems),
            "no finding" if not self.problems else f"{len(self.problems)} findings"])

    def _judge_drifts(self) -> list[str]:
        try:
            lines = verdict.drifts(self.sampler.samples, self.steady.windows)
            then, now = verdict.disk(self.sampler.samples)
        except ValueError as error:
            self.problems.append(str(error))
            return []
        self.problems += [f"{line.name} drifted" for line in lines if not line.holds]
        return [f"{'':28} {'2nd fifth':>10} {'last':>10}", *map(str, lines),
                f"(one durable write of 4 KiB took {then:.2f} ms then, {now:.2f} ms at the end)"]
