"""The policy of a running service: read again when its file changes or on SIGHUP."""

import http.client
import signal

import grpc
import pytest

import protocol
from daemon import Provisiond
from waiting import until

ORGANIZATION = """version: 1
organizations:
  {}: {{user_pools: [{{id: us-east-1_AbCd12345}}]}}
callers:
  - {{id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}}
"""
LIMIT = 20


@pytest.fixture
def provisiond(tmp_path):
    with Provisiond(tmp_path, ORGANIZATION.format("acme"), {}, "--sandbox") as server:
        yield server


def readyz(server) -> tuple:
    connection = http.client.HTTPConnection("127.0.0.1", server.admin_port, timeout=LIMIT)
    connection.request("GET", "/readyz?verbose")
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def is_served(server, organization) -> bool:
    request = protocol.v1.CreateUserRequest(
        organization=organization, username="ann", validate_only=True,
        user_attributes=protocol.attributes({"email": "ann@example.com"}))
    try:
        server.users.CreateUser(request, timeout=LIMIT)
    except grpc.RpcError:
        return False
    return True


@pytest.mark.parametrize("hurry", [True, False], ids=["SIGHUP", "by itself"])
def test_a_new_document_is_in_force_without_a_restart(provisiond, hurry):
    assert is_served(provisiond, "acme") and not is_served(provisiond, "globex")
    fresh = provisiond.directory / "fresh.yaml"
    fresh.write_text(ORGANIZATION.format("globex"))
    fresh.rename(provisiond.policy)
    if hurry:
        provisiond.process.send_signal(signal.SIGHUP)
    until(lambda: is_served(provisiond, "globex"))
    assert not is_served(provisiond, "acme")


def test_a_refused_document_leaves_the_old_one_in_force(provisiond):
    provisiond.policy.write_text("version: 1\norganisations: {}\n")
    provisiond.process.send_signal(signal.SIGHUP)
    until(lambda: "policy refused" in provisiond.log)
    status, text = readyz(provisiond)
    assert status == 200 and "the last reload was refused" in text and "organisations" in text
    assert is_served(provisiond, "acme")
    provisiond.policy.write_text(ORGANIZATION.format("globex"))
    provisiond.process.send_signal(signal.SIGHUP)
    until(lambda: is_served(provisiond, "globex"))
    assert "refused" not in readyz(provisiond)[1]
