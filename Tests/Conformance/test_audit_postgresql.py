"""The audit trail of two replicas on one journal in PostgreSQL: followed, listed, exported as one."""

import json
import subprocess
import threading
from collections import Counter

import pytest

from audit_trail import AuditedService, LIMIT
from daemon import binary, environment
from postgresql import PostgreSQL
from protocol import Refusal, audit

CREATIONS = 30


@pytest.fixture(scope="module")
def database():
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="module")
def replicas(directory, database):
    options = ["--journal", database.url(), "--journal-keys", str(directory / "keys")]
    with AuditedService(directory / "one", *options) as one:
        with AuditedService(directory / "two", *options) as two:
            yield one, two


@pytest.fixture(scope="module")
def made(replicas):
    """The ids of users that both have made at the same time."""
    answers = []

    def create(server):
        answers.extend(server.make() for _ in range(CREATIONS))

    threads = [threading.Thread(target=create, args=[server]) for server in replicas]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert not any(isinstance(answer, Refusal) for answer in answers)
    return {answer.creation_id for answer in answers}


def test_each_replica_follows_both(replicas, made):
    """From the beginning, every event once, an intent before its outcome, in one order for both."""
    seen = []
    for server in replicas:
        with server.tail(position="beginning") as tail:
            events = []
            while sum(bool(event.creation_id) for event in events) < 4 * CREATIONS:
                events += tail.events(1)
        assert set(Counter(event.event_id for event in events).values()) == {1}
        kinds = {}
        for event in events:
            kinds.setdefault(event.creation_id, []).append(event.kind)
        assert all(kinds[creation] == [audit.AUDIT_EVENT_KIND_INTENDED, audit.AUDIT_EVENT_KIND_CREATED]
                   for creation in made)
        seen.append([event.event_id for event in events if event.creation_id])
    assert seen[0] == seen[1]


def test_a_position_of_one_is_a_position_of_the_other(replicas, made):
    with replicas[0].tail(position="beginning") as tail:
        first = tail.events(10)
        position = tail.position
        rest = tail.events(20)
    with replicas[1].tail(position=position) as tail:
        assert tail.events(20) == rest
    assert not {event.event_id for event in first} & {event.event_id for event in rest}


def test_a_page_of_one_goes_on_at_the_other(replicas, made):
    expected = [event for event in replicas[0].list(kind=audit.AUDIT_EVENT_KIND_CREATED)]
    assert {event.creation_id for event in expected} == made
    assert replicas[1].list(kind=audit.AUDIT_EVENT_KIND_CREATED, page_size=7) == expected


def test_a_user_of_one_is_found_at_the_other(replicas):
    answer = replicas[0].make("acme", "Grace")
    for server in replicas:
        found = server.list(username="Grace")
        assert {event.creation_id for event in found} == {answer.creation_id}


def test_the_export_is_the_journal(replicas, made, database, directory):
    result = subprocess.run(
        [binary("provisiond"), "journal", "export", database.url(), "--operator", "alice",
         "--journal-keys", str(directory / "keys")], capture_output=True, text=True, timeout=LIMIT,
        cwd=directory, env=environment(directory))
    assert result.returncode == 0, result.stderr
    events = [json.loads(line) for line in result.stdout.splitlines()]
    *records, checkpoint = events
    assert checkpoint["type"].endswith(".checkpoint")
    assert [int(event["sequence"]) for event in records] == list(range(len(records)))
    stored = database.query(
        "SELECT convert_from(record, 'UTF8') FROM audit_record WHERE tree_index < "
        f"{len(records)} ORDER BY tree_index").splitlines()
    assert [event["data"]["raw_data"] for event in records] == stored
    assert made <= {event.get("subject") for event in records}
    # By the time that it was exported, its own record may not have been sealed.
    (recorded,) = replicas[0].list(kind=audit.AUDIT_EVENT_KIND_AUDIT_EXPORTED)
    assert recorded.caller == "alice"
