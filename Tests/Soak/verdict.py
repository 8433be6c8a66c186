"""Whether the service stayed what it was: the last fifth of the soak against the second. The first
fifth warms up."""

import statistics
from dataclasses import dataclass

RSS_DRIFT, P99_DRIFT = 0.03, 0.10
# A connection more or less while the load changes windows.
DESCRIPTOR_SLACK = 8
# Threads of libdispatch come and go with blocking work.
THREAD_SLACK = 4
# SQLite empties its log from time to time; its highest point may differ by so much.
WAL_DRIFT = 0.25


@dataclass
class Line:
    name: str
    before: float
    after: float
    unit: str
    limit: str
    holds: bool

    def __str__(self):
        return (f"{self.name:28} {self.before:10.2f} {self.after:10.2f} {self.unit:5} "
                f"{self.limit:22} {'holds' if self.holds else 'BROKEN'}")


def fifths(points: list) -> tuple[list, list]:
    """The second and the last."""
    fifth = len(points) // 5
    if fifth == 0:
        raise ValueError(f"a soak of {len(points)} samples is too short to judge")
    return points[fifth:2 * fifth], points[-fifth:]


def drifts(samples: list, windows: list) -> list[Line]:
    """What may grow, and by how much."""
    def median(points, of):
        return statistics.median(getattr(each, of) for each in points)

    def highest(points, of):
        return max(getattr(each, of) for each in points)

    before, after = fifths(samples)
    lines = []
    for name, of, unit, figure, ratio, slack in [
            ("resident memory", "rss_mb", "MiB", median, 1 + RSS_DRIFT, 0),
            ("anonymous memory", "anonymous_mb", "MiB", median, 1 + RSS_DRIFT, 0),
            ("file descriptors", "descriptors", "", median, 1, DESCRIPTOR_SLACK),
            ("threads", "threads", "", median, 1, THREAD_SLACK),
            ("journal's log, highest", "wal_mb", "MB", highest, 1 + WAL_DRIFT, 0)]:
        first, last = figure(before, of), figure(after, of)
        limit = first * ratio + slack
        lines.append(Line(name, first, last, unit, f"<= {limit:.2f}", last <= limit))
    first, last = (median(fifth, "p99_ms") for fifth in fifths(windows))
    limit = first * (1 + P99_DRIFT)
    lines.append(Line("p99 of a creation", first, last, "ms", f"<= {limit:.2f}", last <= limit))
    return lines


def disk(samples: list) -> tuple[float, float]:
    """Milliseconds of a durable write then and now: disks of shared machines change by themselves."""
    before, after = fifths(samples)
    return tuple(statistics.median(each.probe_ms for each in fifth) for fifth in (before, after))
