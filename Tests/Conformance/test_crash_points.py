"""The service is killed at every write, fsync and send of twelve creations, and each of these calls
fails once with EIO and with ENOSPC. CRASH_POINTS sets how many of these points are tried (72), or
`all`."""

import collections
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor

from crash_points import STOPPED, World, allowed_codes, crash_at, points
from system_faults import FAULTS, KILL
from durability_report import report

WANTED = os.environ.get("CRASH_POINTS", "72")
WORKERS = 8


def chosen(found: list, wanted: str) -> list:
    """Evenly of each call and fault: `serve` alone would be nine points of ten."""
    if wanted == "all":
        return found
    groups = collections.defaultdict(list)
    for point in found:
        groups[point.stage, point.call, point.fault].append(point)
    taken = []
    # The small groups first: what they leave of their share goes to the others.
    for left, group in zip(range(len(groups), 0, -1), sorted(groups.values(), key=len)):
        share = min(len(group), math.ceil((int(wanted) - len(taken)) / left))
        taken += [group[index * len(group) // share] for index in range(share)]
    return taken


def test_each_point(directory):
    start = time.monotonic()
    made = World(directory / "made")
    assert made.serve() == STOPPED
    made.upstream.close()
    journal = directory / "journal"
    (directory / "made").rename(journal)
    found = points(directory / "counted", journal)
    tried = chosen(found, WANTED)
    assert len(tried) >= 60
    with ThreadPoolExecutor(WORKERS) as workers:
        ended = list(workers.map(
            lambda number: crash_at(directory / f"point-{number}", journal, tried[number]),
            range(len(tried))))
    wrong = [each for each in ended if each.code not in allowed_codes(each)]
    table = collections.Counter(
        (each.point.stage, each.point.call, each.point.fault, each.code) for each in ended)
    report(f"crash points: {len(tried)} of {len(found)} in {time.monotonic() - start:.0f} s",
           *(f"  {stage} {call} {fault}: {count} ended with {code}"
             for (stage, call, fault, code), count in sorted(table.items())))
    assert wrong == []
    for kind in FAULTS:
        assert any(each.point.fault == kind and each.code != STOPPED for each in ended)
    killed = [each for each in ended if each.point.fault == KILL]
    assert sum(each.code != STOPPED for each in killed) > len(killed) * 3 // 4
