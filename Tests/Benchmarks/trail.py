"""What reading the audit trail costs: pages of a large journal under every kind of condition, its
export, and following it from its beginning to its end without a gap.

A journal is filled first, unless one is given (`--journal`): some creations of a month, each with two
records. Times of pages are those of a client on the same machine.
"""

import argparse
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import servers
from daemon import Provisiond, binary
from google.protobuf.timestamp_pb2 import Timestamp
from protocol import audit

START, MONTH = 1_790_812_800, 30 * 86_400
# What the project holds itself to.
PAGE_P99_MS, EXPORT_RATE = 20, 50_000
FILL_LIMIT_SECONDS = 3600
# A tail that is slower than this has a gap, or stands still.
FOLLOW_START_SECONDS, SLOWEST_FOLLOW_RATE = 10, 1000
WARM_UP = 20


def policy() -> str:
    organizations = "".join(
        f"  organization-{n}: {{user_pools: [{{id: eu-west-1_Pool{10 + n}}}]}}\n"
        for n in sorted({a * b for a in range(7) for b in range(8)}))
    return ("version: 1\norganizations:\n" + organizations + "callers:\n"
            "  - {id: auditor, anonymous: true, organizations: [\"*\"], permissions: [audit.read]}\n")


def conditions(draw: random.Random, count: int) -> dict:
    """One query of each kind."""
    begin = START + draw.randrange(MONTH)
    hour = {"start_time": Timestamp(seconds=begin), "end_time": Timestamp(seconds=begin + 3600)}
    caller = {"caller": f"caller-{draw.randrange(4) * draw.randrange(6)}"}
    organization = {"organization": f"organization-{draw.randrange(7) * draw.randrange(8)}"}
    return {
        "all": {}, "caller": caller, "organization": organization, "hour": hour,
        "username": {"username": f"user-{draw.randrange(count)}@example.com"},
        "kind": {"kind": audit.AUDIT_EVENT_KIND_FAILED},
        "rare kind of a caller": caller | {"kind": audit.AUDIT_EVENT_KIND_FAILED},
        "kind that is not there": organization | {"kind": audit.AUDIT_EVENT_KIND_UNRESOLVED},
        "caller in an organization": caller | organization,
        "hour of a caller": caller | hour,
        "hour of an organization, intents": organization | hour | {
            "kind": audit.AUDIT_EVENT_KIND_INTENDED}}


def pages(server, rounds: int, count: int) -> dict:
    """Milliseconds of a first page of 50, for each kind of condition."""
    draw, times = random.Random(6), {}
    for number in range(rounds + WARM_UP):
        for name, filters in conditions(draw, count).items():
            began = time.perf_counter()
            server.audit.ListAuditEvents(
                audit.ListAuditEventsRequest(page_size=50, **filters), timeout=60)
            if number >= WARM_UP:
                times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    return times


def export(journal: pathlib.Path, directory: pathlib.Path) -> tuple:
    """Records, and how many of them a second."""
    began = time.perf_counter()
    result = subprocess.run(
        [binary("provisiond"), "journal", "export", f"sqlite:{journal}", "--unrecorded", "--output",
         str(directory / "export.jsonl"), "--cursor", str(directory / "cursor")],
        check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    records = int(result.stderr.split(" records exported")[0].split()[-1])
    return records, records / seconds


def follow(server, count: int) -> float:
    """Events a second from the beginning on; there is no gap."""
    began, seen = time.perf_counter(), set()
    stream = server.audit.TailAuditEvents(
        audit.TailAuditEventsRequest(position="beginning"),
        timeout=FOLLOW_START_SECONDS + count / SLOWEST_FOLLOW_RATE)
    for response in stream:
        if response.HasField("event"):
            seen.add(response.event.event_id)
        if len(seen) == count:
            break
    stream.cancel()
    return count / (time.perf_counter() - began)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--journal", type=pathlib.Path, help="one that was filled before")
    parser.add_argument("--filler", default=str(servers.ROOT / ".build/release/journal-records"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trail-") as name:
        directory = pathlib.Path(name)
        journal = (arguments.journal or directory / "journal.db").absolute()
        if not arguments.journal:
            began = time.perf_counter()
            subprocess.run([arguments.filler, str(journal), str(arguments.records)], check=True,
                           timeout=FILL_LIMIT_SECONDS)
            print(f"filled: {arguments.records / (time.perf_counter() - began):,.0f} records/s")
        exported, rate = export(journal, directory)
        print(f"export: {exported:,} records, {rate:,.0f} records/s (goal {EXPORT_RATE:,})")
        with Provisiond(directory / "service", policy(), {}, "--sandbox", "--journal",
                        f"sqlite:{journal}") as server:
            times = pages(server, arguments.rounds, arguments.records // 2)
            print(f"tail: {follow(server, exported):,.0f} events/s")
    for kind, values in times.items():
        print(f"page, {kind}: p50 {statistics.median(values):.1f} ms, "
              f"p99 {servers.percentile(values, 0.99):.1f} ms")
    p99 = servers.percentile([value for values in times.values() for value in values], 0.99)
    print(f"pages: p99 {p99:.1f} ms (goal {PAGE_P99_MS})")
    return 0 if p99 <= PAGE_P99_MS and rate >= EXPORT_RATE else 1


if __name__ == "__main__":
    sys.exit(main())
