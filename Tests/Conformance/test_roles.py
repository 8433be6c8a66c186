"""Pools that are called with a role, in an emulator that checks signatures and permissions."""

import json

import pytest

import protocol
from daemon import Provisiond, upstream_settings
from moto_pools import Moto
from protocol import Refusal, v1

REGION = "eu-west-1"
ACCOUNT = "123456789012"
POLICY = """
version: 1
company: {{message_action: {{default: SUPPRESS}}}}
organizations:
  remote: {{user_pools: [{{id: {pool}, region: {region}, role_arn: "{provision}"}}]}}
  powerless: {{user_pools: [{{id: {pool}, region: {region}, role_arn: "{powerless}"}}]}}
  own: {{user_pools: [{{id: {pool}, region: {region}}}]}}
callers:
  - {{id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}}
"""


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def allow(*actions) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": list(actions), "Resource": "*"}]})


class MotoWithRoles(Moto):
    """The service's own key may assume roles and nothing else; one of the roles may create users."""

    def _set_up_permissions(self, iam):
        iam.put_user_policy(UserName="provisiond", PolicyName="provision",
                            PolicyDocument=allow("sts:AssumeRole"))
        trust = json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]})
        for name, actions in [("provision", ["cognito-idp:*"]), ("powerless", ["iam:GetUser"])]:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=allow(*actions))
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        self.nobody = key["AccessKeyId"], key["SecretAccessKey"]


@pytest.fixture(scope="module")
def moto(directory):
    with MotoWithRoles(directory, [REGION]) as server:
        yield server


def policy(moto) -> str:
    return POLICY.format(pool=moto.pools[REGION], region=REGION, provision=role("provision"),
                         powerless=role("powerless"))


def settings(moto, key_id, secret) -> dict:
    return upstream_settings(moto.port, key_id, secret) | {
        "AWS_ENDPOINT_URL_STS": f"http://127.0.0.1:{moto.port}"}


def request(organization: str) -> v1.CreateUserRequest:
    return v1.CreateUserRequest(
        organization=organization, username=f"user-of-{organization}",
        user_attributes=protocol.attributes({"email": "ada@example.com"}))


@pytest.fixture(scope="module")
def service(moto, directory):
    with Provisiond(directory / "service", policy(moto),
                    settings(moto, moto.key_id, moto.secret)) as running:
        yield running


def test_a_user_is_created_with_the_role_alone(moto, service):
    answer = service.create(request("remote"))
    assert not isinstance(answer, Refusal), answer
    refusal = service.create(request("own"))
    assert (refusal.code, refusal.reason, refusal.executed) == (
        "INTERNAL", "UPSTREAM_ACCESS_DENIED", "no")


def test_a_role_that_may_do_nothing(service):
    refusal = service.create(request("powerless"))
    assert (refusal.code, refusal.reason, refusal.executed) == (
        "INTERNAL", "UPSTREAM_ACCESS_DENIED", "no")


def test_a_key_that_may_not_assume_the_role(moto, directory):
    with Provisiond(directory / "nobody", policy(moto), settings(moto, *moto.nobody)) as running:
        refusal = running.create(request("remote"))
        assert (refusal.code, refusal.reason, refusal.executed) == (
            "INTERNAL", "UPSTREAM_ACCESS_DENIED", "no")
        assert running.logged("cannot assume the role")
        assert moto.nobody[1] not in running.log


def test_a_wrong_secret(moto, directory):
    with Provisiond(directory / "wrong", policy(moto),
                    settings(moto, moto.key_id, "wrong" * 8)) as running:
        refusal = running.create(request("remote"))
        assert (refusal.code, refusal.executed) == ("INTERNAL", "no")
        assert refusal.reason in {"UPSTREAM_AUTH", "SIGNATURE_REJECTED"}
        assert "wrong" * 8 not in running.log


def test_no_security_token_service(moto, directory):
    unreachable = {"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9"}
    with Provisiond(directory / "unreachable", policy(moto),
                    settings(moto, moto.key_id, moto.secret) | unreachable) as running:
        refusal = running.create(request("remote"))
        assert (refusal.code, refusal.reason, refusal.executed) == (
            "UNAVAILABLE", "UPSTREAM_UNAVAILABLE", "no")


def test_secrets_of_roles_stay_inside(service):
    kept = service.log.encode() + service.stored_bytes()
    for mark in [b"ASIA", b"FQoG", service.settings["AWS_SECRET_ACCESS_KEY"].encode()]:
        assert mark not in kept
