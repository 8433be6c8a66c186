"""What a hostile or broken client gets; afterwards the connection and the process live."""

import base64
import random
import socket

import grpc
import pytest

import protocol
from daemon import Provisiond, upstream_settings
from protocol import Refusal, v1
from raw_http2 import Connection, frame

POLICY = """
version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
  globex: {user_pools: [{id: eu-west-1_XyZ987654}]}
callers:
  - {id: acme-only, anonymous: true, organizations: [acme], permissions: ["*"]}
"""
CANARY = "canary-5c0f"
INTERNAL, UNIMPLEMENTED, RESOURCE_EXHAUSTED, INVALID_ARGUMENT = 13, 12, 8, 3


def request(**fields) -> v1.CreateUserRequest:
    values = {"organization": "acme", "username": f"{CANARY}-user",
              "message_action": v1.MESSAGE_ACTION_SUPPRESS} | fields
    return v1.CreateUserRequest(**values)


GOOD = request().SerializeToString()


@pytest.fixture(scope="module")
def provisiond(directory, upstream):
    upstream.reset()
    with Provisiond(directory, POLICY, upstream_settings(upstream.port)) as server:
        yield server
        assert CANARY not in server.log
        assert server.stop() == 0


@pytest.fixture
def connection(provisiond):
    """A connection that must still serve a good call at the end."""
    with Connection(provisiond.port) as raw:
        yield raw
        answer = raw.call(frame(GOOD))
        assert (answer.http_status, answer.grpc_status) == (200, 0)
    assert provisiond.alive


GARBAGE = {
    "http1": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "tls": bytes.fromhex("16030100a5010000a10303") + bytes(160),
    "random": random.Random(7).randbytes(4096),
    "preface-then-garbage": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 4096,
    "preface-cut": b"PRI * HTTP/2.0\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_in_the_place_of_http2(provisiond, name):
    with socket.create_connection(("127.0.0.1", provisiond.port), timeout=20) as raw:
        raw.sendall(GARBAGE[name])
        raw.shutdown(socket.SHUT_WR)
        try:
            while raw.recv(65536):
                pass
        except ConnectionResetError:
            pass
    assert provisiond.alive
    assert not isinstance(provisiond.create(request()), Refusal)


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain",
                                          "application/grpcfoo", "application/grpc-web"])
def test_wrong_content_type(connection, content_type):
    assert connection.call(frame(GOOD), content_type=content_type).http_status == 415


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_wrong_method(connection, method):
    answer = connection.call(frame(GOOD), **{":method": method})
    assert answer.http_status == 405


@pytest.mark.parametrize("path", ["/a.B/C", "/provisioning.v1.UserProvisioningService/createUser",
                                  "/x", "/", protocol.CREATE_USER + "/"])
def test_unknown_method(connection, path):
    answer = connection.call(frame(GOOD), path=path)
    assert (answer.grpc_status, answer.error_info.reason) == (UNIMPLEMENTED, "UNIMPLEMENTED")


@pytest.mark.parametrize("body,status", [
    (frame(GOOD, length=len(GOOD) + 1), INTERNAL),
    (frame(GOOD)[:3], INTERNAL),
    (b"", UNIMPLEMENTED),
    (frame(GOOD) * 2, UNIMPLEMENTED),
    (frame(GOOD, flag=2), INTERNAL),
    (frame(GOOD, flag=1), INTERNAL),
    (frame(b"", length=(4 << 20) + 1), RESOURCE_EXHAUSTED),
    (frame(b"", length=0xFFFFFFFF), RESOURCE_EXHAUSTED),
    (frame(bytes(5 << 20)), RESOURCE_EXHAUSTED),
], ids=["cut-message", "cut-prefix", "no-message", "two-messages", "unknown-flag",
        "compressed-without-encoding", "announced-too-large", "announced-4-gib", "too-large"])
def test_broken_framing(connection, body, status):
    answer = connection.call(body)
    assert answer.grpc_status == status
    assert answer.error_info.reason and answer.error_info.domain == "provisioning.v1"
    assert answer.error_info.metadata["executed"] == "no"


@pytest.mark.parametrize("timeout", ["-1S", "5", "S", "5x", "1.5S", "100000000S"])
def test_malformed_timeout(connection, timeout):
    assert connection.call(frame(GOOD), grpc_timeout=timeout).grpc_status == INTERNAL


NESTED = b"\x0b" * 10_000
HOSTILE = {
    "open-groups": NESTED,
    "overlong-varint": b"\x08" + b"\xff" * 11,
    "length-past-the-end": b"\x0a\xff\xff\xff\xff\x0f" + b"a",
    "field-number-0": b"\x00\x01",
    "wrong-wire-type": b"\x0d\x01\x02",
    "empty-submessages": b"\x1a\x00" * 1_000_000,
    "random": random.Random(11).randbytes(2000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_protobuf(connection, name):
    # A readable message of nonsense may also be refused for what it says.
    assert connection.call(frame(HOSTILE[name])).grpc_status in {
        INTERNAL, INVALID_ARGUMENT, RESOURCE_EXHAUSTED}


def test_random_changes_of_a_good_message(connection):
    generator = random.Random(13)
    good = request(user_attributes=protocol.attributes({"name": "a", "email": "a@example.com"}),
                   client_metadata={"k": "v"}).SerializeToString()
    for _ in range(500):
        message = bytearray(good)
        for _ in range(generator.randint(1, 4)):
            message[generator.randrange(len(message))] = generator.randrange(256)
        answer = connection.call(frame(bytes(message[:generator.randint(1, len(message))])))
        assert answer.grpc_status is not None


@pytest.mark.parametrize("value", [b"\xff\xfe", b"a\x00b", b"\xed\xa0\x80", b"\xc0\x80"])
def test_text_that_is_no_text(connection, provisiond, value):
    """Invalid UTF-8 and an embedded NUL: refused, with the field's path."""
    bad = b"\x0a\x04acme" + b"\x12" + bytes([len(value)]) + value
    attribute = b"\x0a\x04name\x12" + bytes([len(value)]) + value
    bad += b"\x1a" + bytes([len(attribute)]) + attribute
    answer = connection.call(frame(bad))
    assert answer.grpc_status == INVALID_ARGUMENT
    encoded = answer.headers["grpc-status-details-bin"]
    status = protocol.status.Status.FromString(base64.b64decode(encoded + "=="))
    bad_request = protocol.details.BadRequest()
    (detail,) = [any_ for any_ in status.details if any_.Is(bad_request.DESCRIPTOR)]
    detail.Unpack(bad_request)
    assert {violation.field for violation in bad_request.field_violations} == {
        "username", "user_attributes[0].value"}


@pytest.mark.parametrize("organization", ["", "unheard", "globex", "ACME"])
def test_an_organization_that_is_missing_unknown_or_not_granted(provisiond, organization):
    """The same answer, so that it is no oracle."""
    refusal = provisiond.create(request(organization=organization))
    reference = provisiond.create(request(organization="another-unheard"))
    assert (refusal.code, refusal.executed) == ("PERMISSION_DENIED", "no")
    assert (refusal.message, refusal.reason) == (reference.message, reference.reason)


@pytest.mark.parametrize("pool", ["us-east-1_Unheard00", "eu-west-1_XyZ987654", "nope!"])
def test_a_pool_that_is_not_the_organizations(provisiond, pool):
    refusal = provisiond.create(request(user_pool_id=pool))
    assert (refusal.code, refusal.executed) == ("PERMISSION_DENIED", "no")


def test_every_violation_at_once(provisiond, upstream):
    upstream.reset()
    long = CANARY + "x" * 2048
    refusal = provisiond.create(request(
        username="has space", client_metadata={"k": "v" * 131073}, request_id="no uuid",
        user_attributes=protocol.attributes({"x" * 33: "v", "name": long})
        + protocol.attributes({"name": "again"})))
    assert (refusal.code, refusal.executed) == ("INVALID_ARGUMENT", "no")
    fields = {violation.field for violation in refusal.bad_request.field_violations}
    assert {"username", "request_id", "user_attributes[0].name",
            "user_attributes[1].value"} <= fields
    assert any(field.startswith("user_attributes[2]") for field in fields)
    assert any(field.startswith("client_metadata") for field in fields)
    assert CANARY.encode() not in refusal.everything
    assert upstream.calls == []


def test_a_method_of_a_later_release(provisiond):
    with pytest.raises(grpc.RpcError) as refused:
        list(provisiond.users.BatchCreateUsers(iter([]), timeout=10))
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED
