"""One user for one request_id, whatever is lost, repeated or raced."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

import protocol
from daemon import Provisiond, upstream_settings
from protocol import Refusal, v1
from user_pool import UserPool

POLICY = """
version: 1
company:
  message_action: {default: SUPPRESS, allow: [SUPPRESS, RESEND]}
  client_metadata: {fixed: {request: "${request.id}"}}
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
  marked:
    user_pools: [{id: us-east-1_AbCd12345}]
    attributes: {fixed: {"custom:creation_id": "${creation.id}"}}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
# Two looks five seconds apart, after a quarantine of one.
ABSENCE_LIMIT_SECONDS = 30
VERDICT_LIMIT_SECONDS = 10


@pytest.fixture(scope="module")
def provisiond(directory, upstream):
    with Provisiond(directory, POLICY, upstream_settings(upstream.port),
                    "--reconcile-quarantine", "1") as server:
        yield server
        assert server.alive


@pytest.fixture
def pool(provisiond, upstream):
    pool = UserPool(upstream, provisiond.journal)
    yield pool
    assert pool.unannounced == [], "sent before its intent was in the journal"


def request(name=None, request_id=None, organization="acme", **fields) -> v1.CreateUserRequest:
    name = name or f"user-{uuid.uuid4()}"
    return v1.CreateUserRequest(
        organization=organization, username=name,
        user_attributes=protocol.attributes({"email": f"{name}@example.com"}),
        request_id=request_id or str(uuid.uuid4()), **fields)


def creation(provisiond, wait=0, **ids) -> v1.Creation:
    answer = provisiond.users.GetCreation(
        v1.GetCreationRequest(wait=Duration(seconds=wait), **ids), timeout=wait + 20)
    return answer.creation


def state_of(provisiond, wanted, limit=ABSENCE_LIMIT_SECONDS, **ids) -> v1.Creation:
    """Waits until the creation is in a state; the long poll ends with any verdict."""
    end = time.monotonic() + limit
    while (found := creation(provisiond, wait=2, **ids)).state != wanted:
        assert time.monotonic() < end, found
    return found


def without_replay(answer):
    same = v1.CreateUserResponse()
    same.CopyFrom(answer)
    same.replayed = False
    return same


def test_a_repeat_gets_the_first_answer(provisiond, upstream, pool):
    asked = request()
    first, second = provisiond.create(asked), provisiond.create(asked)
    assert (first.replayed, second.replayed) == (False, True)
    assert without_replay(second) == first
    assert len(upstream.calls) == 1
    asked.request_id = asked.request_id.upper()
    assert provisiond.create(asked).replayed
    seen = creation(provisiond, request_id=asked.request_id)
    assert seen.state == v1.CREATION_STATE_SUCCEEDED
    assert seen.response == first and not seen.HasField("error")
    assert creation(provisiond, creation_id=first.creation_id) == seen


@pytest.mark.parametrize("change", [
    {"username": "another"}, {"organization": "marked"},
    {"message_action": v1.MESSAGE_ACTION_SUPPRESS},
    {"user_attributes": protocol.attributes({"email": "b@c.d"})}])
def test_an_id_belongs_to_one_request(provisiond, pool, change):
    asked = request()
    provisiond.create(asked)
    other = v1.CreateUserRequest()
    other.CopyFrom(asked)
    for name in change:
        other.ClearField(name)
    other.MergeFrom(v1.CreateUserRequest(**change))
    refusal = provisiond.create(other)
    assert (refusal.code, refusal.reason, refusal.executed) == (
        "FAILED_PRECONDITION", "IDEMPOTENCY_KEY_REUSED", "no"), refusal


def test_many_callers_of_one_id_make_one_call(provisiond, upstream, pool):
    pool.course = lambda name: "slow"
    asked = [request() for _ in range(4)]
    with ThreadPoolExecutor(64) as workers:
        answers = list(workers.map(provisiond.create, asked * 16))
    assert len(upstream.calls) == len(asked)
    assert sum(not answer.replayed for answer in answers) == len(asked)
    for number, answer in enumerate(answers):
        assert without_replay(answer) == without_replay(answers[number % 4])


@pytest.mark.parametrize("course", ["lost-answer", "500-after-commit"])
@pytest.mark.parametrize("organization,evidence", [
    ("acme", v1.EVIDENCE_CREATE_TIME_AND_ATTRIBUTES), ("marked", v1.EVIDENCE_MARKER_ATTRIBUTE)])
def test_a_lost_answer_is_found_out(provisiond, upstream, pool, course, organization, evidence):
    pool.course = lambda name: course
    asked = request(organization=organization)
    refusal = provisiond.create(asked)
    assert (refusal.code, refusal.reason, refusal.executed) == (
        "UNAVAILABLE", "OUTCOME_UNKNOWN", "unknown"), refusal
    assert refusal.retry_info.retry_delay.ToSeconds() > 0
    found = state_of(provisiond, v1.CREATION_STATE_RECONCILED_CREATED,
                     limit=VERDICT_LIMIT_SECONDS, request_id=asked.request_id)
    assert found.evidence == evidence
    answer = provisiond.create(asked)
    assert answer.replayed and answer.user.username == asked.username and answer.user.sub
    assert answer.creation_id == refusal.trailers["x-creation-id"] == found.creation_id
    assert len(upstream.calls) == 1, "a call in doubt was sent again"


def test_a_lost_answer_without_an_id_is_unknown(provisiond, pool):
    pool.course = lambda name: "lost-answer"
    asked = request()
    asked.request_id = ""
    refusal = provisiond.create(asked)
    assert (refusal.code, refusal.executed) == ("UNKNOWN", "unknown"), refusal
    made = state_of(provisiond, v1.CREATION_STATE_RECONCILED_CREATED,
                    creation_id=refusal.info.metadata["creation_id"])
    assert made.request_id == refusal.info.metadata["request_id"]


def test_a_lost_request_is_attempted_again(provisiond, upstream, pool):
    pool.course = lambda name: "lost-request"
    asked = request()
    refusal = provisiond.create(asked)
    assert refusal.code == "UNAVAILABLE"
    pool.course = lambda name: "normal"
    # Nothing is sent while it is in doubt.
    assert provisiond.create(asked).executed == "unknown"
    assert len(upstream.calls) == 1
    state_of(provisiond, v1.CREATION_STATE_RECONCILED_ABSENT, request_id=asked.request_id)
    answer = provisiond.create(asked)
    assert not answer.replayed and answer.creation_id == refusal.trailers["x-creation-id"]
    assert len(upstream.calls) == 2 and pool.created == [asked.username]
    assert upstream.calls[0].json == upstream.calls[1].json


def test_a_user_of_somebody_else_is_not_ours(provisiond, pool):
    asked = request()
    pool.course = lambda name: "lost-request"
    pool.add(asked.username, age_seconds=3600)
    assert provisiond.create(asked).code == "UNAVAILABLE"
    state_of(provisiond, v1.CREATION_STATE_EXISTS_FOREIGN, request_id=asked.request_id)
    refusal = provisiond.create(asked)
    assert (refusal.code, refusal.executed) == ("ALREADY_EXISTS", "yes"), refusal


def test_a_verdict_is_replayed_and_throttling_is_not(provisiond, upstream, pool):
    asked = request()
    pool.course = lambda name: "invalid"
    assert provisiond.create(asked).code == "INVALID_ARGUMENT"
    pool.course = lambda name: "normal"
    assert provisiond.create(asked).code == "INVALID_ARGUMENT"
    assert len(upstream.calls) == 1
    asked = request()
    pool.course = lambda name: "throttled"
    assert provisiond.create(asked).code == "RESOURCE_EXHAUSTED"
    pool.course = lambda name: "normal"
    answer = provisiond.create(asked)
    assert not answer.replayed and answer.user.username == asked.username


def test_a_name_waits_for_the_creation_in_flight(provisiond, pool):
    pool.course = lambda name: "slow"
    name = f"contended-{uuid.uuid4()}"
    with ThreadPoolExecutor(8) as workers:
        answers = list(workers.map(provisiond.create, [request(name) for _ in range(8)]))
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(refusals) == 7 and pool.created == [name]
    assert {refusal.code for refusal in refusals} == {"ALREADY_EXISTS"}


def test_a_name_in_doubt_is_refused_at_once(provisiond, pool):
    pool.course = lambda name: "lost-request"
    first = request()
    assert provisiond.create(first).code == "UNAVAILABLE"
    refusal = provisiond.create(request(first.username))
    assert (refusal.code, refusal.reason, refusal.executed) == (
        "ABORTED", "NAME_IN_PROGRESS", "no"), refusal
    assert refusal.retry_info.retry_delay.ToSeconds() > 0
    other = request()
    del other.user_attributes[:]
    other.user_attributes.extend(first.user_attributes)
    assert provisiond.create(other).reason == "NAME_IN_PROGRESS"


def test_a_look_that_is_denied_needs_an_operator(provisiond, pool):
    pool.course = lambda name: "lost-answer"
    pool.denies_lookups = True
    asked = request()
    provisiond.create(asked)
    state_of(provisiond, v1.CREATION_STATE_UNRESOLVED, request_id=asked.request_id)
    assert provisiond.create(asked).reason == "OUTCOME_UNKNOWN"
    assert provisiond.logged("a creation stays in doubt; an operator is needed")
    _, metrics = provisiond.probe("/metrics")
    assert "provisiond_creations_in_doubt " in metrics
    (alarm,) = [line for line in metrics.splitlines()
                if line.startswith("provisiond_creations_unresolved ")]
    assert int(alarm.split()[1]) >= 1


def test_a_resend_in_doubt_may_be_repeated(provisiond, upstream, pool):
    pool.course = lambda name: "lost-request"
    asked = request(message_action=v1.MESSAGE_ACTION_RESEND,
                    desired_delivery_mediums=[v1.DELIVERY_MEDIUM_EMAIL])
    for attempt in [1, 2]:
        refusal = provisiond.create(asked)
        assert (refusal.code, refusal.executed) == ("UNKNOWN", "unknown"), refusal
        assert len(upstream.calls) == attempt


def test_a_creation_is_waited_for(provisiond, pool):
    pool.course = lambda name: "slow"
    asked = request()
    caller = threading.Thread(target=provisiond.create, args=[asked])
    caller.start()
    end = time.monotonic() + VERDICT_LIMIT_SECONDS
    while True:
        try:
            seen = creation(provisiond, request_id=asked.request_id)
            break
        except grpc.RpcError as refusal:
            assert refusal.code() == grpc.StatusCode.NOT_FOUND
            assert time.monotonic() < end
    assert seen.state == v1.CREATION_STATE_INTENT and not seen.HasField("error")
    seen = creation(provisiond, wait=20, request_id=asked.request_id)
    assert seen.state == v1.CREATION_STATE_SUCCEEDED
    caller.join()


@pytest.mark.parametrize("ids,code", [
    ({}, grpc.StatusCode.INVALID_ARGUMENT),
    ({"creation_id": "x"}, grpc.StatusCode.INVALID_ARGUMENT),
    ({"creation_id": str(uuid.uuid4()), "request_id": str(uuid.uuid4())},
     grpc.StatusCode.INVALID_ARGUMENT),
    ({"creation_id": str(uuid.uuid4())}, grpc.StatusCode.NOT_FOUND)])
def test_get_creation_refuses(provisiond, ids, code):
    with pytest.raises(grpc.RpcError) as refused:
        creation(provisiond, **ids)
    assert refused.value.code() == code
