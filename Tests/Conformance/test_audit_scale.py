"""A journal of many creations: every page, the export and the tail tell the same, without a gap.

TRAIL_RECORDS=1000000 fills a large one; Tests/Benchmarks/trail.py says what reading it costs.
"""

import json
import os
import subprocess

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from audit_trail import POOLS, AuditedService, entry
from daemon import binary, environment
from protocol import audit

RECORDS = int(os.environ.get("TRAIL_RECORDS", "3000"))
FILL_LIMIT_SECONDS = 3600
START, MONTH = 1_790_812_800, 30 * 86_400
POLICY = "".join([
    "version: 1\n", "organizations:\n",
    *[f"  organization-{n}: {{user_pools: [{{id: eu-west-1_Pool{10 + n}}}]}}\n" for n in (0, 6, 12)],
    f"  acme: {{user_pools: [{{id: {POOLS['acme']}}}]}}\n", "callers:\n",
    entry("auditor", ["*"], ["audit.read"]),
    entry("two", ["organization-6", "organization-12"], ["audit.read"])])


@pytest.fixture(scope="module")
def journal(directory):
    path = directory / "large.db"
    subprocess.run([binary("journal-records"), str(path), str(RECORDS)], check=True,
                   timeout=FILL_LIMIT_SECONDS, env=environment(directory))
    return path


@pytest.fixture(scope="module")
def exported(journal, directory):
    """The records as the export has them, in the order of the journal."""
    text = subprocess.run(
        [binary("provisiond"), "journal", "export", f"sqlite:{journal}", "--unrecorded"], check=True,
        capture_output=True, text=True, timeout=FILL_LIMIT_SECONDS, env=environment(directory)).stdout
    *events, checkpoint = [json.loads(line) for line in text.splitlines()]
    assert checkpoint["type"].endswith(".checkpoint")
    assert [int(event["sequence"]) for event in events] == list(range(RECORDS))
    return [json.loads(event["data"]["raw_data"]) for event in events]


@pytest.fixture(scope="module")
def server(directory, journal, exported):
    options = ["--journal", f"sqlite:{journal}"]
    with AuditedService(directory / "service", *options, policy_text=POLICY) as server:
        yield server


HOUR = {"start_time": Timestamp(seconds=START + MONTH // 2),
        "end_time": Timestamp(seconds=START + MONTH // 2 + 7200)}


@pytest.mark.parametrize("reader,conditions,is_wanted", [
    ("auditor", {"caller": "caller-3"}, lambda r: r["caller"]["id"] == "caller-3"),
    ("auditor", {"organization": "organization-12"},
     lambda r: r["organization"] == "organization-12"),
    ("two", {}, lambda r: r["organization"] in ("organization-6", "organization-12")),
    ("auditor", {"kind": audit.AUDIT_EVENT_KIND_FAILED}, lambda r: r["kind"] == "failed"),
    ("two", {"caller": "caller-3", "kind": audit.AUDIT_EVENT_KIND_INTENDED},
     lambda r: r["organization"] in ("organization-6", "organization-12")
     and r["caller"]["id"] == "caller-3" and r["kind"] == "intended"),
    ("auditor", HOUR, lambda r: 0 <= r["wall_us"] / 1e6 - START - MONTH // 2 < 7200),
    ("auditor", HOUR | {"caller": "caller-0"},
     lambda r: 0 <= r["wall_us"] / 1e6 - START - MONTH // 2 < 7200
     and r["caller"]["id"] == "caller-0")])
def test_pages_hold_what_a_look_at_each_record_finds(server, exported, reader, conditions, is_wanted):
    found = [event.event_id for event in server.list(reader, page_size=1000, **conditions)
             if event.creation_id]
    # Newest first; of one time the later written.
    ordered = sorted(enumerate(exported), key=lambda pair: (pair[1]["wall_us"], pair[0]))
    expected = [record["event_id"] for _, record in reversed(ordered) if is_wanted(record)]
    assert found == expected and expected


def test_a_user_has_the_records_of_its_creation(server, exported):
    """By a hash under a key that only the service has."""
    for number in (10, 11, 12, 14):
        found = server.list(username=f"user-{number}@example.com")
        creations = {event.creation_id for event in found}
        records = [r["event_id"] for r in exported if r.get("creation_id") in creations]
        pool = (number % 7) * (number % 8)
        if pool not in (0, 6, 12):
            assert found == []
            continue
        assert len(creations) == 1 and sorted(e.event_id for e in found) == sorted(records)


def test_the_tail_is_the_journal(server, exported):
    with server.tail(position="beginning") as tail:
        events = tail.events(RECORDS)
    assert [event.event_id for event in events] == [record["event_id"] for record in exported]
