"""Each creation leaves its records; a record holds nothing of the person."""

import time
import uuid

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

import protocol
from daemon import Provisiond, upstream_settings
from protocol import Refusal, audit, v1
from upstream import REQUEST_ID, error

POLICY = """
version: 1
company:
  message_action: {allow: [SEND, SUPPRESS]}
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
  globex: {user_pools: [{id: eu-west-1_XyZ987654}]}
callers:
  - {id: anyone, anonymous: true, organizations: [acme], permissions: ["*"]}
"""
CANARIES = ["canary-e3-user", "canary-e3-value", "canary-e3-metadata", "canary-e3-validation"]
# A denial is recorded without being waited for.
DENIAL_LIMIT_SECONDS = 10


def request(suffix: str, **fields) -> v1.CreateUserRequest:
    values = {"organization": "acme", "message_action": v1.MESSAGE_ACTION_SUPPRESS} | fields
    return v1.CreateUserRequest(
        username=f"canary-e3-user-{suffix}",
        user_attributes=protocol.attributes({"name": "canary-e3-value"}),
        validation_data=protocol.attributes({"source": "canary-e3-validation"}),
        client_metadata={"note": "canary-e3-metadata"}, **values)


@pytest.fixture(scope="module")
def provisiond(directory, upstream):
    upstream.reset()
    with Provisiond(directory, POLICY, upstream_settings(upstream.port)) as server:
        yield server
        assert_redacted(server.stored_bytes() + server.log.encode())
    assert_redacted(server.stored_bytes() + server.log.encode())


def assert_redacted(data: bytes):
    assert data
    for canary in CANARIES:
        assert canary.encode() not in data
        assert canary.encode("utf-16-le") not in data


def events(provisiond, **filters) -> list:
    found, token = [], ""
    while True:
        page = provisiond.audit.ListAuditEvents(
            audit.ListAuditEventsRequest(page_token=token, **filters), timeout=20)
        found += page.events
        token = page.next_page_token
        if not token:
            return found


def test_a_creation_leaves_two_records(provisiond, upstream):
    upstream.reset()
    answer = provisiond.users.CreateUser(
        request("one"), timeout=20, metadata=[("x-on-behalf-of", "ticket-4711")])
    event, intent = events(provisiond, creation_id=answer.creation_id)
    assert event.kind == audit.AUDIT_EVENT_KIND_CREATED
    assert intent.kind == audit.AUDIT_EVENT_KIND_INTENDED
    assert intent.user_hash == event.user_hash and not intent.HasField("upstream")
    assert (event.creation_id, event.request_id) == (answer.creation_id, answer.request_id)
    assert uuid.UUID(answer.creation_id).version == 7 and uuid.UUID(answer.request_id)
    assert (event.organization, event.user_pool_id, event.region) == (
        "acme", "us-east-1_AbCd12345", "us-east-1")
    assert (event.caller, event.on_behalf_of, event.peer) == ("anyone", "ticket-4711", "127.0.0.1")
    assert event.caller_authentication == audit.CALLER_AUTHENTICATION_ANONYMOUS
    assert event.policy_digest == answer.policy_digest
    assert list(event.policy_decisions) == list(answer.policy_decisions)
    assert event.upstream.request_id == REQUEST_ID and event.upstream.http_status == 200
    assert event.sub == answer.user.sub != ""
    assert len(event.user_hash) == 64
    assert abs(event.event_time.seconds - time.time()) < 60
    assert_redacted(event.SerializeToString())


def test_a_record_is_found_by_its_ids(provisiond, upstream):
    upstream.reset()
    request_id = str(uuid.uuid4())
    answer = provisiond.create(request("ids", request_id=request_id.upper()))
    assert answer.request_id.lower() == request_id
    event, _ = events(provisiond, request_id=request_id)
    assert event.creation_id == answer.creation_id
    single = provisiond.audit.GetAuditEvent(
        audit.GetAuditEventRequest(event_id=event.event_id), timeout=20)
    assert single.event == event


def test_pages_hold_every_record_once_newest_first(provisiond, upstream):
    upstream.reset()
    made = [provisiond.create(request(f"page-{i}")).creation_id for i in range(7)]
    listed = [e.creation_id for e in events(provisiond, page_size=3) if e.creation_id in made]
    # The intent and the outcome of each.
    assert listed == [creation for creation in made[::-1] for _ in range(2)]


def test_the_same_user_has_the_same_hash(provisiond, upstream):
    upstream.reset()
    hashes = []
    for suffix in ["same", "same", "other"]:
        answer = provisiond.create(request(suffix))
        hashes += {e.user_hash for e in events(provisiond, creation_id=answer.creation_id)}
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("kind,expected", [
    ("UsernameExistsException", audit.AUDIT_EVENT_KIND_FAILED),
    ("InternalErrorException", audit.AUDIT_EVENT_KIND_IN_DOUBT)])
def test_a_failure_is_recorded(provisiond, upstream, kind, expected):
    upstream.reset(error(kind, "canary-e3-value"))
    refusal = provisiond.create(request(f"failed-{kind}"))
    event, _ = events(provisiond, creation_id=refusal.trailers["x-creation-id"])
    assert event.kind == expected
    assert (event.reason, event.upstream.error_type) == (refusal.reason, kind)
    assert_redacted(event.SerializeToString())


def test_a_message_that_was_not_delivered_is_a_creation(provisiond, upstream):
    upstream.reset(error("CodeDeliveryFailureException", "no"))
    answer = provisiond.create(request("undelivered"))
    event, _ = events(provisiond, creation_id=answer.creation_id)
    assert event.kind == audit.AUDIT_EVENT_KIND_CREATED
    assert event.invitation.state == v1.INVITATION_STATE_FAILED


def wait_for_denials(provisiond, count: int) -> list:
    limit = time.monotonic() + DENIAL_LIMIT_SECONDS
    while True:
        denials = [e for e in events(provisiond) if e.kind == audit.AUDIT_EVENT_KIND_DENIED]
        if len(denials) >= count or time.monotonic() > limit:
            return denials
        time.sleep(0.05)


def test_a_denial_is_recorded(provisiond, upstream):
    upstream.reset()
    before = len(wait_for_denials(provisiond, 0))
    request_id = str(uuid.uuid4())
    refusal = provisiond.create(
        request("denied", request_id=request_id, force_alias_creation=True))
    assert refusal.code == "PERMISSION_DENIED"
    denials = wait_for_denials(provisiond, before + 1)
    assert len(denials) == before + 1
    newest = denials[0]
    assert (newest.request_id, newest.reason) == (request_id, refusal.reason)
    assert list(newest.fields) == ["force_alias_creation"]
    assert newest.creation_id == "" and not newest.HasField("upstream")
    assert upstream.calls == []


def test_validation_writes_nothing(provisiond, upstream):
    upstream.reset()
    provisiond.create(request("before"))
    before = events(provisiond)
    for fields in [{}, {"force_alias_creation": True}]:
        provisiond.create(request("rehearsal", validate_only=True, **fields))
    provisiond.create(request("after"))
    after = events(provisiond)
    assert len(after) == len(before) + 2
    assert len(upstream.calls) == 2


def test_a_validation_takes_no_ids(provisiond, upstream):
    answer = provisiond.create(request("rehearsal", validate_only=True))
    assert answer.creation_id == "" and answer.HasField("effective_request")
    assert not answer.HasField("user")


@pytest.mark.parametrize("filters,code", [
    ({"page_size": -1}, "INVALID_ARGUMENT"), ({"page_token": "forged"}, "INVALID_ARGUMENT"),
    ({"creation_id": "no uuid"}, "INVALID_ARGUMENT"), ({"kind": 99}, "INVALID_ARGUMENT"),
    ({"start_time": Timestamp(seconds=9), "end_time": Timestamp(seconds=9)}, "INVALID_ARGUMENT"),
    ({"start_time": Timestamp(nanos=-1)}, "INVALID_ARGUMENT")])
def test_a_filter_that_is_wrong(provisiond, filters, code):
    with pytest.raises(grpc.RpcError) as refused:
        provisiond.audit.ListAuditEvents(audit.ListAuditEventsRequest(**filters), timeout=20)
    assert refused.value.code().name == code


def test_an_event_that_is_not_there(provisiond):
    with pytest.raises(grpc.RpcError) as refused:
        provisiond.audit.GetAuditEvent(
            audit.GetAuditEventRequest(event_id=str(uuid.uuid4())), timeout=20)
    assert refused.value.code() == grpc.StatusCode.NOT_FOUND


def test_records_survive_a_restart(directory, upstream):
    upstream.reset()
    settings = upstream_settings(upstream.port)
    with Provisiond(directory / "restart", POLICY, settings) as provisiond:
        answer = provisiond.create(request("restart"))
        assert not isinstance(answer, Refusal)
        before = events(provisiond, creation_id=answer.creation_id)
    with Provisiond(directory / "restart", POLICY, settings) as provisiond:
        assert events(provisiond, creation_id=answer.creation_id) == before


def test_a_call_without_an_accepted_identity_is_recorded(tmp_path, upstream):
    upstream.reset()
    policy = POLICY.replace("organizations: [acme]", 'organizations: ["*"]')
    with Provisiond(tmp_path, policy, upstream_settings(upstream.port)) as provisiond:
        refusal = provisiond.create(
            request("stranger"), metadata=[("authorization", "Bearer canary-e3-user-token")])
        assert (refusal.code, refusal.executed) == ("UNAUTHENTICATED", "no")
        (denial,) = wait_for_denials(provisiond, 1)
        assert (denial.reason, denial.caller, denial.peer) == ("UNAUTHENTICATED", "", "127.0.0.1")
        assert_redacted(provisiond.stored_bytes() + provisiond.log.encode())
