"""ListAuditEvents: every condition, and what its readers leave in the trail themselves."""


import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from audit_trail import AuditedService, LIMIT, credentials
from protocol import Refusal, audit
from waiting import until


@pytest.fixture(scope="module")
def server(directory):
    with AuditedService(directory) as server:
        yield server


@pytest.fixture(scope="module")
def made(server):
    """Creations by a name of their own."""
    creations = {
        "ann": server.make("acme", "Ann"), "bob": server.make("acme", "bob", "other-writer"),
        "ann2": server.make("globex", "ann"), "big": server.make("globex", "Ann")}
    assert not any(isinstance(answer, Refusal) for answer in creations.values()), creations
    return creations


def creations(events) -> set:
    return {event.creation_id for event in events if event.creation_id}


def ids(made, *names) -> set:
    return {made[name].creation_id for name in names}


def test_by_caller(server, made):
    assert creations(server.list()) == ids(made, *made)
    found = server.list(caller="other-writer")
    assert creations(found) == ids(made, "bob")
    assert [event.kind for event in found] == [
        audit.AUDIT_EVENT_KIND_CREATED, audit.AUDIT_EVENT_KIND_INTENDED]


@pytest.mark.parametrize("name,organization,expected", [
    # As it was asked for, and as acme's policy writes it: never as another organization's.
    ("Ann", "", ["ann", "big"]), ("ann", "", ["ann", "ann2"]), (" ANN ", "", ["ann"]),
    ("ann", "globex", ["ann2"]), ("nobody", "", []), ("ann", "acme", ["ann"])])
def test_by_user_name(server, made, name, organization, expected):
    found = server.list(username=name, organization=organization)
    assert creations(found) == ids(made, *expected)


def test_an_organization_is_not_seen_through_a_name(server, made):
    found = server.list("acme-auditor", username="ann")
    assert creations(found) == ids(made, "ann")


def test_by_kind(server, made):
    found = server.list(kind=audit.AUDIT_EVENT_KIND_CREATED)
    assert [event.creation_id for event in found] == [
        made[name].creation_id for name in ["big", "ann2", "bob", "ann"]]
    (started,) = server.list(kind=audit.AUDIT_EVENT_KIND_STARTED)
    assert started.caller == "" and started.organization == ""


def test_by_time(server, made):
    events = server.list(kind=audit.AUDIT_EVENT_KIND_CREATED)
    newest, oldest = events[0].event_time, events[-1].event_time
    inner = server.list(
        kind=audit.AUDIT_EVENT_KIND_CREATED, start_time=oldest, end_time=newest)
    assert [event.event_id for event in inner] == [event.event_id for event in events[1:]]
    later = Timestamp(seconds=newest.seconds, nanos=newest.nanos + 1)
    assert server.list(kind=audit.AUDIT_EVENT_KIND_CREATED, start_time=later) == []
    behind = server.list(kind=audit.AUDIT_EVENT_KIND_CREATED, end_time=later)
    assert behind == events


def test_conditions_together(server, made):
    found = server.list(
        caller="writer", organization="globex", kind=audit.AUDIT_EVENT_KIND_INTENDED,
        username="ann", start_time=Timestamp(seconds=1), page_size=1)
    assert creations(found) == ids(made, "ann2") and len(found) == 1


def test_a_token_belongs_to_its_conditions(server, made):
    page = server.audit.ListAuditEvents(
        audit.ListAuditEventsRequest(page_size=1, caller="writer"), metadata=credentials("auditor"),
        timeout=LIMIT)
    for other in [{"caller": "other-writer"}, {"username": "ann"}, {"kind": 1}]:
        with pytest.raises(grpc.RpcError) as refused:
            server.audit.ListAuditEvents(
                audit.ListAuditEventsRequest(page_token=page.next_page_token, **other),
                metadata=credentials("auditor"), timeout=LIMIT)
        assert Refusal(refused.value).code == "INVALID_ARGUMENT"


def test_a_reading_is_a_record(tmp_path):
    """Of many alike in a minute there is the first, and one with their count when the service ends."""
    with AuditedService(tmp_path) as server:
        made = server.make()
        for _ in range(20):
            server.list("acme-auditor", organization="acme", username="ann")
        (event,) = until(lambda: [
            e for e in server.list(kind=audit.AUDIT_EVENT_KIND_AUDIT_QUERIED)
            if e.caller == "acme-auditor"])
        assert (event.organization, event.count, event.creation_id) == ("acme", 0, "")
        assert list(event.fields) == ["organization", "username"]
        assert event.caller_authentication == audit.CALLER_AUTHENTICATION_TOKEN
        assert event.peer == "127.0.0.1" and event.policy_digest == made.policy_digest
    with AuditedService(tmp_path) as server:
        counted, first = [e for e in server.list(kind=audit.AUDIT_EVENT_KIND_AUDIT_QUERIED)
                          if e.caller == "acme-auditor"]
        assert first.event_id == event.event_id and counted.count == 19
        assert counted.HasField("duration")


def test_who_may_not_read_is_recorded(server):
    with pytest.raises(grpc.RpcError) as refused:
        server.list("writer", username="ann")
    assert Refusal(refused.value).code == "PERMISSION_DENIED"
    denial = until(lambda: server.list(
        kind=audit.AUDIT_EVENT_KIND_DENIED, caller="writer"))[0]
    assert denial.reason == "PERMISSION_MISSING"
