"""A Python client creates 1,000 users through provisiond in an emulator that checks signatures."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

import protocol
from daemon import Provisiond, upstream_settings
from moto_pools import Moto
from protocol import Refusal, v1

USERS = 1000
AT_ONCE = 32
REGIONS = {"acme": "us-east-1", "globex": "eu-west-1"}
POLICY = """
version: 1
company:
  desired_delivery_mediums: {{default: AUTO}}
  attributes:
    required: [email]
    default: {{locale: en-GB}}
    fixed: {{"custom:provisioned_by": provisiond}}
organizations:
  acme: {{user_pools: [{{id: {acme}, region: us-east-1}}]}}
  globex: {{user_pools: [{{id: {globex}, region: eu-west-1}}]}}
callers:
  - {{id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}}
"""


@pytest.fixture(scope="module")
def moto(directory):
    with Moto(directory, REGIONS.values()) as server:
        yield server


def policy(moto) -> str:
    return POLICY.format(**{name: moto.pools[region] for name, region in REGIONS.items()})


def wanted(index: int) -> dict:
    return {"email": f"user{index}@example.com", "given_name": f"Zoë {index}",
            "family_name": "O'Brien \"二郎\" 😀", "phone_number": f"+1555{index:07}",
            "name": "line one\nline two\\"}


def request(index: int) -> v1.CreateUserRequest:
    return v1.CreateUserRequest(
        organization="acme" if index % 2 else "globex", username=f"user-{index:04}-ñ",
        user_attributes=protocol.attributes(wanted(index)),
        message_action=v1.MESSAGE_ACTION_SUPPRESS, client_metadata={"batch": "moto"})


def test_thousand_users(moto, directory):
    settings = upstream_settings(moto.port, moto.key_id, moto.secret)
    with Provisiond(directory / "thousand", policy(moto), settings) as provisiond:
        with ThreadPoolExecutor(AT_ONCE) as workers:
            answers = list(workers.map(
                lambda index: provisiond.create(request(index), timeout=120), range(USERS)))
        refusals = [answer for answer in answers if isinstance(answer, Refusal)]
        assert refusals == []
        log = provisiond.log
    assert len({answer.creation_id for answer in answers}) == USERS
    assert "@example.com" not in log and "user-0001" not in log

    readers = {name: moto.client("cognito-idp", region) for name, region in REGIONS.items()}

    def read_back(index):
        name = request(index).organization
        return readers[name].admin_get_user(
            UserPoolId=moto.pools[REGIONS[name]], Username=request(index).username)

    with ThreadPoolExecutor(8) as workers:
        users = list(workers.map(read_back, range(USERS)))
    for index, (user, answer) in enumerate(zip(users, answers)):
        stored = {item["Name"]: item["Value"] for item in user["UserAttributes"]}
        sub = stored.pop("sub")
        assert stored == wanted(index) | {
            "locale": "en-GB", "custom:provisioned_by": "provisiond"}
        assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert answer.user.sub == sub
        assert {a.name: a.value for a in answer.user.attributes} == stored | {"sub": sub}
        assert answer.user.username == request(index).username
        assert answer.invitation.state == v1.INVITATION_STATE_SUPPRESSED


def test_the_emulator_checks_signatures(moto):
    """The thousand above mean something: a wrong secret is refused."""
    client = moto.client("cognito-idp", "us-east-1", secret="wrong" * 8)
    with pytest.raises(ClientError) as refused:
        client.admin_create_user(UserPoolId=moto.pools["us-east-1"], Username="intruder")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_wrong_secret_is_an_internal_error(moto, directory):
    settings = upstream_settings(moto.port, moto.key_id, "wrong" * 8)
    with Provisiond(directory / "wrong", policy(moto), settings) as provisiond:
        refusal = provisiond.create(request(USERS + 1))
        assert isinstance(refusal, Refusal)
        assert (refusal.code, refusal.executed) == ("INTERNAL", "no"), refusal
        assert "wrong" * 8 not in provisiond.log
    with pytest.raises(ClientError) as missing:
        moto.client("cognito-idp", "eu-west-1").admin_get_user(
            UserPoolId=moto.pools["eu-west-1"], Username=request(USERS + 1).username)
    assert missing.value.response["Error"]["Code"] == "UserNotFoundException"


def test_a_user_that_exists(moto, directory):
    settings = upstream_settings(moto.port, moto.key_id, moto.secret)
    with Provisiond(directory / "twice", policy(moto), settings) as provisiond:
        first = provisiond.create(request(USERS + 3))
        assert first.user.enabled
        refusal = provisiond.create(request(USERS + 3))
        assert (refusal.code, refusal.reason) == ("ALREADY_EXISTS", "USERNAME_EXISTS")
