"""One run of the soak: starts its parts, stops them, and looks back at what they did."""

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


class Soak:
    """One run; `problems` says what must not happen and did."""

    def __init__(self, service: SoakedService, rate: int, seconds: float):
        began = time.monotonic()
        self.service = service
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
        self._settle()
        self.problems += self.mixed.problems
        self.problems += [part.problem for part in (self.steady, self.sampler) if part.problem]
        self._count_calls()
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
        for what, message in [(self.disturbances.reloads, "policy reloaded"),
                              (self.disturbances.rotations, "certificates reloaded")]:
            if what == 0 or not provisiond.logged(message):
                self.problems.append(f"of {what} changes the log has no \"{message}\"")
        if not provisiond.alive:
            self.problems.append("the service ended")

    def look_back(self):
        """When service and sandbox have ended: every user once, and a sound journal."""
        if self.service.sandbox.users != len(self.mixed.created):
            self.problems.append(f"{len(self.mixed.created)} creations through faults, "
                                 f"{self.service.sandbox.users} users")
        if len(set(self.mixed.created.values())) != len(self.mixed.created):
            self.problems.append("two creations got one user")
        daemon.verify(self.service.provisiond.journal)

    def report(self) -> str:
        lines = verdict.drifts(self.sampler.samples, self.steady.windows)
        then, now = verdict.disk(self.sampler.samples)
        self.problems += [f"{line.name} drifted" for line in lines if not line.holds]
        calls = ", ".join(f"{count} {kind}" for kind, count in sorted(self.mixed.calls.items()))
        return "\n".join([
            f"{self.steady.calls} creations at an even rate; {calls}",
            f"{self.service.sandbox.faults} faults, {len(self.mixed.created)} creations through "
            f"them, {self.service.sandbox.users} users; {self.disturbances.reloads} reloads, "
            f"{self.disturbances.rotations} rotations",
            f"{'':28} {'2nd fifth':>10} {'last':>10}", *map(str, lines),
            f"(one durable write of 4 KiB took {then:.2f} ms then, {now:.2f} ms at the end)",
            *(f"PROBLEM: {problem}" for problem in self.problems),
            "no finding" if not self.problems else f"{len(self.problems)} findings"])
