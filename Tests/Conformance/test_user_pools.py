"""What DescribeUserPool says of a pool, in the answers to callers."""

import hashlib
import time

import pytest

import protocol
from daemon import Provisiond, upstream_settings
from moto_pools import Moto
from policy_calls import EMAIL, RuledService, document, violations
from protocol import Refusal, v1
from sandbox_policy import create_user_request
from test_policy_reload import exchange, wait_for

LIMIT = 30
INVALID = "INVALID_ARGUMENT"
SUPPRESS = v1.MESSAGE_ACTION_SUPPRESS
POOLS = {"email": {"UsernameAttributes": ["email"]}, "alias": {"AliasAttributes": ["email"]},
         "long": {"Policies": {"PasswordPolicy": {"MinimumLength": 64}}}, "plain": {}}


def pool_line(server) -> str:
    _, text = server.probe("/readyz?verbose")
    (line,) = [line for line in text.splitlines() if "user_pools: " in line]
    return line


def wait_until(server, text):
    limit = time.monotonic() + LIMIT
    while text not in pool_line(server):
        assert time.monotonic() < limit, pool_line(server)
        time.sleep(0.05)


@pytest.fixture(scope="module")
def service(directory, upstream):
    upstream.descriptions = {f"us-east-1_{name}": what for name, what in POOLS.items()}
    organizations = {name: {"user_pools": [{"id": f"us-east-1_{name}"}]} for name in POOLS}
    organizations["long"]["temporary_password"] = {"source": "service"}
    company = {"attributes": {"email_domains": {"deny": ["bad.example"]}}}
    with RuledService(directory / "ruled", upstream, organizations, company) as running:
        wait_until(running.server, f"{len(POOLS)} of {len(POOLS)} described")
        yield running


def test_a_pool_that_takes_addresses_as_user_names(service):
    assert service.refused("email") == (INVALID, ["username"])
    assert service.refused("email", validate_only=True) == (INVALID, ["username"])
    assert service.refused("email", username="other@example.com") == (
        INVALID, ["user_attributes[0].value"])
    assert service.refused("email", {}, username="ada@bad.example") == (INVALID, ["user_attributes"])
    body = service.sent("email", {}, username="ada@example.com")
    assert (body["Username"], body["Attributes"]) == ("ada@example.com", EMAIL)
    assert body["DesiredDeliveryMediums"] == ["EMAIL"]
    assert ("user_attributes[email]", "DEFAULTED", "user_pool.username_attributes") in body["Decisions"]


def test_a_pool_that_has_addresses_as_aliases(service):
    refusal = service.call("alias", username="ada@example.com")
    ((field, text),) = violations(refusal)
    assert (refusal.code, field) == (INVALID, "username") and "alias" in text
    assert service.sent("alias", username="ada")["Username"] == "ada"


def test_a_password_as_long_as_the_pool_asks_for(service):
    assert len(service.sent("long")["TemporaryPassword"]) == 64


def test_an_ordinary_pool(service):
    assert service.sent("plain", username="ada@example.com")["Username"] == "ada@example.com"


def test_pools_of_an_emulator(directory):
    with Moto(directory, ["us-east-1"]) as moto:
        client = moto.client("cognito-idp", "us-east-1")
        made = {"email": {"UsernameAttributes": ["email"]}, "alias": {"AliasAttributes": ["email"]},
                "long": {"Policies": {"PasswordPolicy": {"MinimumLength": 64}}}}
        pools = {name: client.create_user_pool(PoolName=name, **what)["UserPool"]["Id"]
                 for name, what in made.items()}
        text = document({name: {"user_pools": [{"id": pool}], "message_action": {"default": "SUPPRESS"}}
                         for name, pool in pools.items()})
        settings = upstream_settings(moto.port, moto.key_id, moto.secret)
        with Provisiond(directory / "emulator", text, settings) as server:
            wait_until(server, "3 of 3 described")

            def create(organization, name):
                return server.create(v1.CreateUserRequest(organization=organization, username=name))

            for organization, name in [("email", "ada"), ("alias", "ada@example.com")]:
                refusal = create(organization, name)
                assert (refusal.code, [field for field, _ in violations(refusal)]) == (
                    INVALID, ["username"])
            for organization, name in [("email", "ada@example.com"), ("alias", "ada")]:
                assert not isinstance(create(organization, name), Refusal)


def test_a_pool_that_cannot_be_described_stops_nothing(directory):
    """One line of warning, the assumptions in /readyz, and service all the same."""
    settings = {"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://127.0.0.1:9",
                "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"}
    with Provisiond(directory / "unreachable", document({"acme": {}}), settings) as server:
        wait_until(server, "us-east-1_AbCd12345 (UPSTREAM_UNAVAILABLE)")
        assert pool_line(server).startswith("[+] user_pools: 0 of 1 described; assumed of the others: ")
        assert server.probe("/readyz")[0] == 200
        (warning,) = server.logged("a user pool cannot be described")
        assert warning["pool"] == "us-east-1_AbCd12345" and warning["level"] == "warning"
        answer = server.create(v1.CreateUserRequest(
            organization="acme", username="ada@example.com", validate_only=True,
            user_attributes=protocol.attributes(EMAIL)))
        assert not isinstance(answer, Refusal), answer
        assert server.stop() == 0


def test_the_sandbox_has_the_pools_of_a_new_document(tmp_path):
    def text(*pools):
        # The sandbox is one account: a role is not asked for.
        role = "arn:aws:iam::123456789012:role/provision"
        return document({"acme": {"user_pools": [{"id": pool, "role_arn": role} for pool in pools]}})

    with Provisiond(tmp_path, text("us-east-1_First"), {}, "--sandbox") as server:
        wait_until(server, "1 of 1 described")
        assert not isinstance(server.create(create_user_request(username="ada")), Refusal)
        new = text("us-east-1_First", "eu-west-1_Second")
        exchange(server, new)
        wait_for(server, hashlib.sha256(new.encode()).hexdigest())
        answer = server.create(create_user_request(user_pool_id="eu-west-1_Second"))
        assert not isinstance(answer, Refusal), answer
        # The old pool has kept its users.
        assert server.create(create_user_request(username="ada")).reason == "USERNAME_EXISTS"
        wait_until(server, "2 of 2 described")
