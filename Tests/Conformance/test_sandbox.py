"""`provisiond serve --sandbox`: the whole way without an AWS account."""

import uuid

import pytest

import protocol
from daemon import Provisiond, free_port
from protocol import Refusal, audit, v1
from test_start import CONFIGURATION, USAGE, serve

POLICY = """
version: 1
company:
  desired_delivery_mediums: {default: AUTO}
  attributes: {required: [email], default: {locale: en-GB}}
organizations:
  acme: {user_pools: [{id: us-east-1_Sandbox01}]}
  globex: {user_pools: [{id: eu-west-1_Sandbox02}], message_action: {default: SUPPRESS}}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""


@pytest.fixture(scope="module")
def sandbox(directory):
    with Provisiond(directory, POLICY, {}, "--sandbox") as server:
        yield server


def request(organization="acme", name=None, **fields) -> v1.CreateUserRequest:
    return v1.CreateUserRequest(
        organization=organization, username=name or f"user-{uuid.uuid4()}",
        user_attributes=protocol.attributes({"email": "zoe@example.com"}), **fields)


def test_a_user_is_created(sandbox):
    answer = sandbox.create(request(name="zoë"))
    assert not isinstance(answer, Refusal), answer
    assert answer.user.username == "zoë" and answer.user.enabled
    assert answer.user.user_status == v1.USER_STATUS_FORCE_CHANGE_PASSWORD
    assert answer.user.user_pool_id == "us-east-1_Sandbox01"
    values = {a.name: a.value for a in answer.user.attributes}
    assert values.pop("sub") == answer.user.sub
    assert values == {"email": "zoe@example.com", "locale": "en-GB"}
    assert answer.invitation.state == v1.INVITATION_STATE_SENT
    assert list(answer.invitation.mediums) == [v1.DELIVERY_MEDIUM_EMAIL]
    assert {d.field for d in answer.policy_decisions} >= {"desired_delivery_mediums"}
    event, intent = sandbox.audit.ListAuditEvents(
        audit.ListAuditEventsRequest(creation_id=answer.creation_id), timeout=20).events
    assert event.kind == audit.AUDIT_EVENT_KIND_CREATED and event.sub == answer.user.sub
    assert intent.kind == audit.AUDIT_EVENT_KIND_INTENDED and intent.sub == ""


def test_the_organizations_rule_wins(sandbox):
    answer = sandbox.create(request("globex"))
    assert answer.invitation.state == v1.INVITATION_STATE_SUPPRESSED
    assert answer.user.user_pool_id == "eu-west-1_Sandbox02"


def test_the_same_name_twice(sandbox):
    assert not isinstance(sandbox.create(request(name="twin")), Refusal)
    refusal = sandbox.create(request(name="twin"))
    assert (refusal.code, refusal.reason) == ("ALREADY_EXISTS", "USERNAME_EXISTS")
    assert b"twin" not in refusal.everything


def test_a_missing_attribute_is_refused_before_the_pool(sandbox):
    refusal = sandbox.create(v1.CreateUserRequest(organization="acme", username="ann"))
    assert refusal.code == "INVALID_ARGUMENT"
    assert refusal.bad_request.field_violations


def test_validation_creates_nothing(sandbox):
    assert not isinstance(sandbox.create(request(name="later", validate_only=True)), Refusal)
    assert not isinstance(sandbox.create(request(name="later")), Refusal)


def test_the_sandbox_refuses_to_listen_off_loopback(tmp_path):
    status, text = serve(tmp_path, POLICY, "--sandbox", listen=f"0.0.0.0:{free_port()}")
    assert status in {USAGE, CONFIGURATION}
    assert "sandbox" in text and len(text.strip().splitlines()) == 1


def test_a_journal_of_the_sandbox_takes_no_other_upstream(directory, sandbox, upstream):
    settings = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"}
    place = directory / "kinds"
    with Provisiond(place, POLICY, {}, "--sandbox") as first:
        assert not isinstance(first.create(request()), Refusal)
    with pytest.raises(RuntimeError, match="ended with 78"):
        Provisiond(place, POLICY, settings).__enter__()
