"""An upstream that is down, slow, or answers what no user pool would."""

import itertools
import json
import socket
import threading
import time

import pytest

import protocol
from conformance_server import resident_bytes
from daemon import Provisiond, environment, free_port, upstream_settings
from protocol import Refusal, v1
from raw_http2 import Connection, frame
from upstream import Answer, created
from verdicts import KNOWS_REPEATS
from waiting import until

POLICY = """
version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
CANARY = "canary-91ab"
REQUEST_ID = "0192f0c1-7a55-7c3e-8b1a-00000000beef"
MEBIBYTE = 1 << 20
# Far above what the service needs, far below what an unbounded answer would take.
GROWTH_LIMIT_BYTES = 64 << 20
RECOVERY_LIMIT_SECONDS = 30


# A name whose creation is in doubt takes no other.
NUMBERS = itertools.count()


def request(**fields) -> v1.CreateUserRequest:
    return v1.CreateUserRequest(
        organization="acme", username=f"{CANARY}-user-{next(NUMBERS)}", message_action=v1.MESSAGE_ACTION_SUPPRESS,
        user_attributes=protocol.attributes({"name": f"{CANARY}-name"}), **fields)


@pytest.fixture(scope="module")
def provisiond(directory, upstream):
    with Provisiond(directory, POLICY, upstream_settings(upstream.port)) as server:
        yield server
        assert CANARY not in server.log
        assert CANARY.encode() not in server.stored_bytes()


@pytest.fixture
def recovers(provisiond, upstream):
    """After each bad answer a good one is understood, once the breaker on lost answers lets it."""
    yield
    upstream.reset()
    limit = time.monotonic() + RECOVERY_LIMIT_SECONDS
    while isinstance(refusal := provisiond.create(request()), Refusal):
        assert (refusal.code, refusal.executed) == ("UNAVAILABLE", "no"), refusal
        assert time.monotonic() < limit
        time.sleep(0.1)


def truncated(call):
    body = created(call).body
    return Answer(body[:len(body) // 2])


def cut_short(call):
    body = created(call).body
    return Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:20])


IN_DOUBT = {
    "html-502": Answer(b"<html><body>Bad Gateway</body></html>", 502,
                       {"Content-Type": "text/html"}),
    "empty-503": Answer(b"", 503),
    "html-200": Answer(b"<html>welcome</html>", 200, {"Content-Type": "text/html"}),
    "xml-500": Answer(b"<ErrorResponse><Code>X</Code></ErrorResponse>", 500),
    "truncated-json": truncated,
    "wrong-content-length": cut_short,
    "json-without-user": Answer(b"{}"),
    "json-of-another-shape": Answer(b'{"User": [1, 2, 3]}'),
    "json-array": Answer(b"[]"),
    "deep-json": Answer(b'{"User":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "invalid-utf8": Answer(b'{"User": {"Username": "\xff\xfe"}}'),
    "10-mib": Answer(b'{"User": "' + b"a" * (10 * MEBIBYTE) + b'"}'),
    "10-mib-header": Answer(raw=b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * (10 * MEBIBYTE)),
    "not-http": Answer(raw=b"\x00\x01\x02 hello\r\n\r\n"),
    "closed-before-the-answer": Answer(raw=b""),
    "closed-in-the-head": Answer(raw=b"HTTP/1.1 200 OK\r\nContent-"),
}


@pytest.mark.parametrize("name", IN_DOUBT)
def test_an_answer_that_cannot_be_understood(provisiond, upstream, recovers, name):
    upstream.reset(IN_DOUBT[name])
    refusal = provisiond.create(request())
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.executed) == ("UNKNOWN", "unknown"), refusal
    assert refusal.info.metadata["creation_id"] == refusal.trailers["x-creation-id"]
    assert CANARY.encode() not in refusal.everything
    assert len(upstream.calls) == 1, "a call in doubt was sent again"


@pytest.mark.parametrize("name", ["html-502", "truncated-json", "closed-before-the-answer"])
def test_in_doubt_with_a_request_id(provisiond, upstream, recovers, name):
    upstream.reset(IN_DOUBT[name])
    index = list(IN_DOUBT).index(name)
    request_id = REQUEST_ID[:-2] + f"{index:02x}"
    refusal = provisiond.create(request(request_id=request_id))
    assert refusal.code == ("UNAVAILABLE" if KNOWS_REPEATS else "UNKNOWN"), refusal
    assert refusal.executed == "unknown"
    assert refusal.info.metadata["request_id"] == request_id


def test_xml_403_of_a_gateway(provisiond, upstream, recovers):
    body = b"<ErrorResponse><Errors><Error><Code>SignatureDoesNotMatch</Code></Error></Errors>"
    upstream.reset(Answer(body, 403, {"Content-Type": "text/html; charset=utf-8"}))
    refusal = provisiond.create(request())
    assert (refusal.code, refusal.executed) == ("INTERNAL", "no"), refusal


def test_memory_stays_bounded(provisiond, upstream, recovers):
    upstream.reset(IN_DOUBT["10-mib"])
    provisiond.create(request())
    before = resident_bytes(provisiond.process.pid)
    for _ in range(30):
        provisiond.create(request())
    assert resident_bytes(provisiond.process.pid) - before < GROWTH_LIMIT_BYTES


def test_a_slow_upstream_and_a_callers_deadline(provisiond, upstream, recovers):
    """By frames: grpcio would give DEADLINE_EXCEEDED by itself, whatever the server does."""
    may_answer = threading.Event()

    def slowly(call):
        may_answer.wait(RECOVERY_LIMIT_SECONDS)
        return created(call)

    upstream.reset(slowly)
    with Connection(provisiond.port) as raw:
        answer = raw.call(frame(request().SerializeToString()), grpc_timeout="5S")
    assert answer.grpc_status == 4
    info = answer.error_info
    assert (info.reason, info.metadata["executed"]) == ("DEADLINE_EXCEEDED", "unknown")
    creation = answer.headers["x-creation-id"]
    assert info.metadata["creation_id"] == creation
    # Other calls are answered while that one waits for the upstream.
    assert not isinstance(provisiond.create(request(validate_only=True)), Refusal)
    may_answer.set()
    # The caller has gone; the truth is recorded all the same.
    until(lambda: len(recorded(provisiond, creation)) == 2)
    assert [event.kind for event in recorded(provisiond, creation)] == [
        protocol.audit.AUDIT_EVENT_KIND_CREATED, protocol.audit.AUDIT_EVENT_KIND_INTENDED]


def recorded(provisiond, creation):
    return provisiond.audit.ListAuditEvents(
        protocol.audit.ListAuditEventsRequest(creation_id=creation), timeout=20).events


def test_an_answer_in_pieces_is_understood(provisiond, upstream, recovers):
    body = json.dumps({"User": {"Username": "in-pieces"}}).encode()
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    upstream.reset(Answer(
        raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks))
    assert provisiond.create(request()).user.username == "in-pieces"


def test_an_upstream_that_is_down(directory):
    settings = upstream_settings(free_port())
    with Provisiond(directory / "down", POLICY, settings) as provisiond:
        refusal = provisiond.create(request())
        assert (refusal.code, refusal.reason, refusal.executed) == (
            "UNAVAILABLE", "UPSTREAM_UNAVAILABLE", "no"), refusal
        assert not isinstance(provisiond.create(request(validate_only=True)), Refusal)


def test_an_upstream_that_accepts_and_says_nothing(directory):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = upstream_settings(silent.getsockname()[1])
        with Provisiond(directory / "silent", POLICY, settings) as provisiond:
            refusal = provisiond.create(request(), timeout=2)
            assert refusal.code == "DEADLINE_EXCEEDED"
            assert not isinstance(provisiond.create(request(validate_only=True)), Refusal)
            # The call in flight ends with its connection, and with it the drain.
            silent.close()
            assert provisiond.stop() == 0


def test_no_credential(directory, upstream):
    upstream.reset()
    server = Provisiond(directory / "no-key", POLICY, {})
    server.settings = environment(
        directory, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=f"http://127.0.0.1:{upstream.port}")
    with server as provisiond:
        refusal = provisiond.create(request())
        assert (refusal.code, refusal.reason, refusal.executed) == (
            "INTERNAL", "CREDENTIALS_UNAVAILABLE", "no"), refusal
    assert upstream.calls == []


def test_credentials_of_the_shared_file(directory, upstream):
    upstream.reset()
    path = directory / "credentials"
    path.write_text("[default]\naws_access_key_id = AKIDFILE000000000001\n"
                    "aws_secret_access_key = filesecret\n[other]\naws_access_key_id = B\n")
    server = Provisiond(directory / "file", POLICY, {})
    server.settings = environment(
        directory, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=f"http://127.0.0.1:{upstream.port}",
        AWS_SHARED_CREDENTIALS_FILE=str(path))
    with server as provisiond:
        assert not isinstance(provisiond.create(request()), Refusal)
        assert "filesecret" not in provisiond.log
    assert "Credential=AKIDFILE000000000001/" in upstream.calls[0].headers["authorization"]
