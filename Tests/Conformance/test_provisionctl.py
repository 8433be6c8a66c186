"""The command line, as a person who knows `aws cognito-idp admin-create-user` would use it."""

import json
import socket
import subprocess
import uuid

import pytest
import yaml

import breaking_server
from breaking_server import BreakingServer
from daemon import Provisiond, binary, environment, free_port, upstream_settings
from identities import Authority
from upstream import error

POLICY = """
version: 1
company:
  desired_delivery_mediums: {default: AUTO, allow: [EMAIL, SMS]}
  force_alias_creation: {allow: [true, false]}
  attributes: {default: {locale: en-GB}}
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
USAGE, VERDICT, SOFTWARE, TRY_AGAIN, IN_DOUBT = 64, 65, 70, 75, 3
INTERNAL_ERROR, REFUSED_STREAM = 2, 7
OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE = 0, 1, 2, 4, 10, 13, 14


@pytest.fixture(scope="module")
def provisiond(directory, upstream):
    with Provisiond(directory, POLICY, upstream_settings(upstream.port)) as server:
        yield server


@pytest.fixture
def run(provisiond, directory, upstream):
    upstream.reset()

    def run(*arguments, target=None, **options):
        return subprocess.run(
            [binary("provisionctl"), *arguments], capture_output=True, text=True, timeout=60,
            env=environment(directory, PROVISIONCTL_TARGET=target or provisiond.target), **options)

    return run


PLAIN = ["create-user", "--organization", "acme", "--username", "zoë"]
CREATE = [*PLAIN, "--user-attributes", "Name=email,Value=zoe@example.com",
          "Name=name,Value='Zoë, the 1st'"]


def test_create_user_sends_what_was_asked(run, upstream):
    request_id = str(uuid.uuid4())
    result = run(*CREATE, "--desired-delivery-mediums", "EMAIL", "--force-alias-creation",
                 "--validation-data", "Name=source,Value=hr", "--client-metadata",
                 "ticket=4711,kind=new", "--request-id", request_id, "--output", "json")
    assert result.returncode == 0, result.stderr
    (call,) = upstream.calls
    body = call.json
    assert body["Username"] == "zoë"
    assert {a["Name"]: a["Value"] for a in body["UserAttributes"]} == {
        "email": "zoe@example.com", "name": "Zoë, the 1st", "locale": "en-GB"}
    assert body["ValidationData"] == [{"Name": "source", "Value": "hr"}]
    assert body["ClientMetadata"] == {"ticket": "4711", "kind": "new"}
    assert body["DesiredDeliveryMediums"] == ["EMAIL"] and body["ForceAliasCreation"] is True
    assert "MessageAction" not in body
    assert request_id in result.stdout
    assert "zoë" in json.dumps(json.loads(result.stdout), ensure_ascii=False)


def test_json_arguments(run, upstream):
    attributes = json.dumps([{"Name": "email", "Value": "a@example.com"}])
    result = run("create-user", "--organization", "acme", "--username", "ann", "--user-attributes",
                 attributes, "--message-action", "SUPPRESS", "--client-metadata", '{"a": "b,c=d"}')
    assert result.returncode == 0, result.stderr
    (call,) = upstream.calls
    assert call.json["MessageAction"] == "SUPPRESS"
    assert call.json["ClientMetadata"] == {"a": "b,c=d"}


@pytest.mark.parametrize("output,read", [("json", json.loads), ("yaml", yaml.safe_load)])
def test_structured_output(run, output, read):
    result = run(*CREATE, "--output", output)
    assert result.returncode == 0, result.stderr
    text = json.dumps(read(result.stdout), ensure_ascii=False)
    for expected in ["zoë", "FORCE_CHANGE_PASSWORD", "zoe@example.com", "locale"]:
        assert expected in text


@pytest.mark.parametrize("output", ["text", "table"])
def test_output_for_people(run, output):
    result = run(*CREATE, "--output", output)
    assert result.returncode == 0, result.stderr
    assert "zoë" in result.stdout and "FORCE_CHANGE_PASSWORD" in result.stdout


def test_the_password_comes_from_standard_input(run):
    result = run(*CREATE, "--temporary-password", "-", input="Canary-Pass-77!\n")
    # This policy lets no caller set a password.
    assert result.returncode != 0
    assert "PERMISSION_DENIED" in result.stderr
    assert "Canary-Pass-77!" not in result.stdout + result.stderr


def test_audit_list_and_get(run):
    request_id = str(uuid.uuid4())
    assert run(*CREATE, "--request-id", request_id).returncode == 0
    listed = run("audit", "list", "--request-id", request_id, "--output", "json")
    assert listed.returncode == 0, listed.stderr
    assert request_id in listed.stdout and "zoë" not in listed.stdout
    event_id = _find(json.loads(listed.stdout), "event")
    got = run("audit", "get", event_id, "--output", "json")
    assert got.returncode == 0, got.stderr
    assert event_id in got.stdout and request_id in got.stdout


def _find(document, prefix) -> str:
    """The event's id, whatever style of names the output has."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key.lower().replace("_", "") == "eventid":
                return value
    children = document.values() if isinstance(document, dict) else document
    for child in children:
        if isinstance(child, (dict, list)) and (found := _find(child, prefix)):
            return found
    return ""


@pytest.mark.parametrize("service", [[], ["provisioning.v1.AuditService"]])
def test_health(run, service):
    result = run("health", *service, "--output", "json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {"status": "SERVING"}


def test_health_of_a_service_that_is_not_there(run):
    result = run("health", "no.such.Service")
    assert result.returncode == VERDICT
    # As its help says.
    assert f"{VERDICT} no such service" in " ".join(run("health", "--help").stdout.split())
    assert "NOT_FOUND" in result.stderr and result.stdout == ""


def test_a_refusal_is_one_line_with_its_code(run, upstream):
    upstream.reset(error("UsernameExistsException", "zoë"))
    result = run(*CREATE)
    assert result.returncode not in {0, USAGE}
    assert "ALREADY_EXISTS" in result.stderr
    assert "zoë" not in result.stderr
    assert result.stdout == ""


def test_a_server_that_is_not_there(run):
    result = run(*CREATE, target=f"127.0.0.1:{free_port()}")
    assert result.returncode not in {0, USAGE}
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("end,code", [
    (breaking_server.lost, IN_DOUBT), (breaking_server.http(502), IN_DOUBT),
    (breaking_server.http(504), IN_DOUBT), (breaking_server.reset(INTERNAL_ERROR), IN_DOUBT),
    (breaking_server.reset(REFUSED_STREAM), TRY_AGAIN),
    (breaking_server.status(OK), IN_DOUBT), (breaking_server.status(UNAVAILABLE), IN_DOUBT),
    (breaking_server.status(INTERNAL), IN_DOUBT),
    (breaking_server.status(UNAVAILABLE, "unknown"), IN_DOUBT),
    (breaking_server.status(UNAVAILABLE, "no"), TRY_AGAIN),
    (breaking_server.status(ABORTED, "no"), TRY_AGAIN),
    (breaking_server.status(DEADLINE_EXCEEDED, "no"), TRY_AGAIN),
    (breaking_server.status(CANCELLED, "no"), TRY_AGAIN),
    (breaking_server.status(UNKNOWN, "no"), TRY_AGAIN),
    (breaking_server.status(INTERNAL, "no"), SOFTWARE)])
def test_a_creation_whose_answer_is_lost_is_in_doubt(run, end, code):
    with BreakingServer(end) as server:
        result = run(*CREATE, target=server.target)
    assert result.returncode == code, result.stderr


@pytest.mark.parametrize("arguments", [[*CREATE, "--validate-only"], ["audit", "list"], ["health"]])
def test_nothing_is_in_doubt_of_what_makes_no_user(run, arguments):
    for end, code in [(breaking_server.lost, TRY_AGAIN), (breaking_server.http(502), TRY_AGAIN),
                      (breaking_server.status(OK), SOFTWARE)]:
        with BreakingServer(end) as server:
            result = run(*arguments, target=server.target)
        assert result.returncode == code, result.stderr


@pytest.mark.parametrize("arguments", [
    ["create-user", "--username", "a"],
    [*CREATE, "--message-action", "SHOUT"], [*CREATE, "--desired-delivery-mediums", "PIGEON"],
    [*PLAIN, "--user-attributes", "Name"],
    [*PLAIN, "--user-attributes", '[{"Name": "email", "Valeu": "a@example.com"}]'],
    [*PLAIN, "--user-attributes", '[{"Name": "email", "Value": null}]'],
    [*PLAIN, "--user-attributes", '[{"Value": "a@example.com"}]'],
    [*PLAIN, "--validation-data", '[{"Name": "a", "Value": "b", "Type": "c"}]'],
    [*PLAIN, "--user-attributes", '[{"Name"'], [*PLAIN, "--client-metadata", '{"a": 1}'],
    ["no-such-command"]])
def test_wrong_usage(run, upstream, arguments):
    result = run(*arguments)
    assert result.returncode == USAGE, result.stderr
    assert result.stderr.strip() and upstream.calls == []


def test_the_timeout_bounds_the_connecting_too(directory):
    """A server that accepts, and never says a word of TLS."""
    authority = Authority(directory)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        def start(seconds):
            return subprocess.Popen(
                [binary("provisionctl"), *CREATE, "--timeout", seconds, "--tls-ca",
                 str(authority.path), "--target", f"127.0.0.1:{silent.getsockname()[1]}"],
                env=environment(directory), stderr=subprocess.PIPE, text=True)

        with start("60") as patient:
            connection, _ = silent.accept()
            with start("1") as hasty:
                assert "No connection" in hasty.communicate()[1]
                assert hasty.returncode == 75
            assert patient.poll() is None
            patient.kill()
            connection.close()
