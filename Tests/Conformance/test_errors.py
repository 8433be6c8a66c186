"""Every error of the upstream, in every form in which it may be written."""

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

import protocol
from daemon import Provisiond, upstream_settings
from protocol import Refusal, v1
from upstream import Answer, error
from verdicts import VERDICTS, code

POLICY = """
version: 1
company:
  message_action: {default: SEND, allow: [SEND, SUPPRESS, RESEND]}
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
CANARIES = {"username": "canary-user-7d1e", "email": "canary-7d1e@example.com",
            "value": "canary-value-7d1e", "metadata": "canary-metadata-7d1e"}
REQUEST_ID = "0192f0c1-7a55-7c3e-8b1a-{:012x}"

FORMS = {
    "plain": lambda kind: error(kind, _text()),
    "namespace": lambda kind: error(f"com.amazonaws.cognitoidp#{kind}", _text()),
    "uri": lambda kind: error(f"{kind}:http://internal.amazon.com/coral/", _text()),
    "namespace-uri": lambda kind: error(f"a.b#{kind}:http://internal.amazon.com/", _text()),
    "header": lambda kind: error("", _text(), header=kind + ":", body=False),
    "header-uri": lambda kind: error("", _text(), header=f"{kind}:http://x/", body=False),
    "header-empty-body": lambda kind: Answer(b"", headers={"X-Amzn-ErrorType": f"a#{kind}"}),
    "code": lambda kind: Answer(json.dumps({"code": kind, "Message": _text()}).encode()),
}


def _text() -> str:
    """Amazon's texts may quote the request."""
    return "User " + " ".join(CANARIES.values()) + " is not what it should be"


def request(case: str = "", number: int = 0, **fields) -> v1.CreateUserRequest:
    """Another name and address for each number: one whose creation is in doubt takes no other."""
    return v1.CreateUserRequest(
        organization="acme", username=CANARIES["username"] + (f"-{number}" if number else ""),
        user_attributes=protocol.attributes(
            {"email": f"{number}-{CANARIES['email']}", "name": CANARIES["value"]}),
        client_metadata={"note": CANARIES["metadata"], "case": case}, **fields)


@pytest.fixture(scope="module")
def provisiond(directory, upstream):
    with Provisiond(directory, POLICY, upstream_settings(upstream.port)) as server:
        yield server
        assert_no_canary(server.log.encode() + server.stored_bytes())


def assert_no_canary(data: bytes):
    for canary in CANARIES.values():
        assert canary.encode() not in data


def check(refusal, kind, has_request_id):
    verdict = VERDICTS[kind]
    assert isinstance(refusal, Refusal), f"{kind} was answered with a user"
    assert refusal.code == code(verdict, has_request_id), refusal
    assert (refusal.reason, refusal.executed) == (verdict.reason, verdict.executed), refusal
    assert refusal.info.domain == "provisioning.v1"
    assert refusal.status.message == refusal.message
    assert_no_canary(refusal.everything)
    if refusal.executed == "unknown":
        assert refusal.info.metadata["creation_id"] == refusal.trailers["x-creation-id"]
        assert refusal.info.metadata["request_id"]


def answer_of_case(call):
    """The error that a request asks for in its metadata: cases run at once, because a throttled
    call is repeated after a pause."""
    kind, form = call.json["ClientMetadata"]["case"].split(" ")
    answer = FORMS[form](kind)
    answer.status = VERDICTS[kind].status
    return answer


@pytest.fixture(scope="module")
def refusals(provisiond, upstream):
    """The refusal of each case, by type, form and whether the caller gave a request_id."""
    cases = [(kind, form, False) for kind in VERDICTS for form in FORMS]
    cases += [(kind, "plain", True) for kind in VERDICTS]

    def run(numbered):
        number, (kind, form, has_request_id) = numbered
        fields = {"request_id": REQUEST_ID.format(number)} if has_request_id else {}
        return provisiond.create(request(f"{kind} {form}", 1 + number, **fields), timeout=60)

    upstream.reset(answer_of_case)
    # Mixed, because many lost answers in a row stop the service from sending more.
    random.Random(1).shuffle(cases)
    with ThreadPoolExecutor(64) as workers:
        return dict(zip(cases, workers.map(run, enumerate(cases))))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", VERDICTS)
def test_every_error_in_every_form(refusals, kind, form):
    check(refusals[kind, form, False], kind, has_request_id=False)


@pytest.mark.parametrize("kind", VERDICTS)
def test_every_error_of_a_call_with_a_request_id(refusals, kind):
    check(refusals[kind, "plain", True], kind, has_request_id=True)


def test_nothing_in_doubt_is_sent_twice(refusals, upstream):
    sent = [call.json["ClientMetadata"]["case"].split(" ")[0] for call in upstream.calls]
    for kind, verdict in VERDICTS.items():
        if verdict.executed == "unknown":
            assert sent.count(kind) == len(FORMS) + 1, kind


@pytest.mark.parametrize("form", FORMS)
def test_a_message_that_was_not_delivered_is_a_created_user(provisiond, upstream, form):
    failure = FORMS[form]("CodeDeliveryFailureException")
    failure.status = 400
    upstream.reset(failure)
    answer = provisiond.create(request())
    assert not isinstance(answer, Refusal), answer
    assert answer.user.username == CANARIES["username"]
    assert answer.invitation.state == v1.INVITATION_STATE_FAILED
    assert "CodeDelivery" in answer.invitation.failure_reason.replace("_", "")
    assert_no_canary(answer.invitation.failure_reason.encode())


def test_the_user_of_a_lost_message_is_read_back(provisiond, upstream):
    found = {"Username": CANARIES["username"], "Enabled": True, "UserStatus": "CONFIRMED",
             "UserAttributes": [{"Name": "sub", "Value": "0b5ad2a1-7c1e-4c5e-8f3a-1234567890ab"}]}

    upstream.reset(
        error("CodeDeliveryFailureException", _text()), Answer(json.dumps(found).encode()))
    answered = provisiond.create(request())
    assert answered.user.sub == found["UserAttributes"][0]["Value"]
    assert answered.invitation.state == v1.INVITATION_STATE_FAILED


def test_the_reason_code_is_passed_on(provisiond, upstream):
    body = {"__type": "InvalidParameterException", "message": _text(), "reasonCode": "TOO_SHORT"}
    upstream.reset(Answer(json.dumps(body).encode(), 400))
    refusal = provisiond.create(request())
    assert refusal.code == "INVALID_ARGUMENT"
    assert "TOO_SHORT" in refusal.info.metadata.values()


def test_an_invalid_password_names_its_field(provisiond, upstream):
    upstream.reset(error("InvalidPasswordException", _text()))
    refusal = provisiond.create(request())
    assert [v.field for v in refusal.bad_request.field_violations] == ["temporary_password"]


def test_throttling_says_when_to_come_back(provisiond, upstream):
    upstream.reset(error("TooManyRequestsException", _text()))
    refusal = provisiond.create(request())
    assert refusal.code == "RESOURCE_EXHAUSTED"
    wait = refusal.retry_info.retry_delay
    assert wait.seconds * 1000 + wait.nanos // 1_000_000 > 0
    assert int(refusal.trailers["grpc-retry-pushback-ms"]) > 0


def test_a_pool_that_the_caller_named_is_not_found(provisiond, upstream):
    upstream.reset(error("ResourceNotFoundException", _text()))
    refusal = provisiond.create(request(user_pool_id="us-east-1_AbCd12345"))
    assert (refusal.code, refusal.executed) == ("NOT_FOUND", "no")


def test_an_unknown_error_type(provisiond, upstream):
    upstream.reset(error("SomethingNewException", _text()))
    refusal = provisiond.create(request(number=9999))
    assert (refusal.code, refusal.reason, refusal.executed) == (
        "UNKNOWN", "OUTCOME_UNKNOWN", "unknown")
    assert_no_canary(refusal.everything)


def test_resend_for_a_missing_user(provisiond, upstream):
    upstream.reset(error("UserNotFoundException", _text()))
    refusal = provisiond.create(request(message_action=v1.MESSAGE_ACTION_RESEND))
    assert (refusal.code, refusal.executed) == ("NOT_FOUND", "no")
    assert upstream.calls[-1].json["MessageAction"] == "RESEND"
