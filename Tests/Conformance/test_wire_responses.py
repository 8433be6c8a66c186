"""Responses and statuses, frame by frame (rows 45-58 of the checklist)."""

import base64
import pathlib
import random
import re
import time
import urllib.parse

import grpc
import pytest

import protocol
from frames import (CONTINUATION, DATA, DEFAULT_FRAME_SIZE, END_HEADERS, END_STREAM, HEADERS,
                    NO_ERROR, RST_STREAM, FrameConnection, grpc_message)
from sandbox_policy import create_user_bytes
from testing_protocol import (SERVER_STREAM, STREAMING_OUTPUT_CALL, UNARY, UNARY_CALL,
                              ConformanceService, connect, testing)

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNKNOWN, INTERNAL = 2, 13
PLAIN = {*range(0x20, 0x25), *range(0x26, 0x7F)}


@pytest.fixture
def raw(conformance):
    with FrameConnection(conformance.port) as connection:
        yield connection


def test_headers_data_trailers(raw):
    sizes = [testing.ResponseParameters(size=size) for size in (10, 20_000, 0)]
    request = testing.StreamingOutputCallRequest(response_parameters=sizes)
    answer = raw.call(STREAMING_OUTPUT_CALL, grpc_message(request.SerializeToString()))
    first, *middle, last = [f for f in answer.frames if f.kind in (HEADERS, DATA)]
    assert (first.kind, last.kind) == (HEADERS, HEADERS)
    assert not first.flags & END_STREAM and last.flags & END_STREAM
    assert middle and all(f.kind == DATA and not f.flags & END_STREAM for f in middle)
    head, trailers = answer.sections
    assert (":status", "200") in head and ("content-type", "application/grpc") in head
    assert ("grpc-status", "0") in trailers and not any(n[0] == ":" for n, _ in trailers)
    assert len(answer.messages) == 3


def failing(code: int, message: str) -> bytes:
    return testing.SimpleRequest(response_status=testing.EchoStatus(
        code=code, message=message)).SerializeToString()


def test_an_immediate_error_is_trailers_only(raw):
    answer = raw.call(UNARY_CALL, grpc_message(failing(9, "no")))
    assert answer.is_trailers_only
    assert dict(answer.sections[0])[":status"] == "200"
    assert (answer.grpc_status, answer.first("grpc-message")) == (9, "no")


def test_headers_leave_before_the_first_message(raw):
    definition = connect.StreamResponseDefinition(
        response_headers=[connect.Header(name="x-early", value=["a"])], response_data=[b"late"],
        response_delay_ms=2_000)
    request = connect.ServerStreamRequest(response_definition=definition)
    stream = raw.open(
        [(":method", "POST"), (":scheme", "http"), (":path", SERVER_STREAM),
         (":authority", "a"), ("content-type", "application/grpc"), ("te", "trailers")])
    raw.send_body(stream, grpc_message(request.SerializeToString()))
    seen = raw.read_until(lambda f: f.kind == HEADERS)
    arrived = time.monotonic()
    answer = raw.answer(stream, seen)
    assert answer.first("x-early") == "a" and answer.grpc_status == 0
    # The message was two seconds behind; half of it may be the machine's.
    assert time.monotonic() - arrived > 1


def messages_of_every_kind():
    generator = random.Random(5)
    yield "".join(map(chr, range(1, 0x250)))
    yield "%25 100% %% %zz"
    yield "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
    for _ in range(20):
        yield "".join(chr(c) for c in (generator.randrange(1, 0x110000) for _ in range(200))
                      if not 0xD800 <= c < 0xE000)


@pytest.mark.parametrize("message", list(messages_of_every_kind()),
                         ids=range(23))
def test_messages_are_percent_encoded(raw, message):
    answer = raw.call(UNARY_CALL, grpc_message(failing(UNKNOWN, message)))
    (sent,) = answer.values("grpc-message")
    expected = "".join(chr(b) if b in PLAIN else f"%{b:02X}" for b in message.encode())
    assert sent == expected
    assert urllib.parse.unquote(sent) == message
    assert answer.values("grpc-status") == ["2"]


@pytest.mark.parametrize("code", range(1, 17))
def test_every_code_passes_unchanged(raw, code):
    answer = raw.call(UNARY_CALL, grpc_message(failing(code, "m")))
    assert answer.values("grpc-status") == [str(code)]


@pytest.mark.parametrize("code", [17, 99, 1000, -1])
def test_what_is_no_code_is_unknown(raw, code):
    assert raw.call(UNARY_CALL, grpc_message(failing(code, "m"))).grpc_status == UNKNOWN


def test_details_repeat_code_and_message(sandboxed):
    """Of the service's own errors; those of the conformance server are in test_interop_connect."""
    with FrameConnection(sandboxed.port) as raw:
        answer = raw.call(protocol.CREATE_USER, grpc_message(
            create_user_bytes(organization="unheard", username="has space")))
    text = answer.first("grpc-status-details-bin")
    status = protocol.status.Status.FromString(base64.b64decode(text + "=" * (-len(text) % 4)))
    assert "=" not in text
    assert status.code == answer.grpc_status
    assert status.message == urllib.parse.unquote(answer.first("grpc-message"))


def test_the_library_makes_no_status_of_an_application():
    """statuscodes.md: INVALID_ARGUMENT and six others are only ever the application's."""
    texts = {path.name: path.read_text() for path in (ROOT / "Sources" / "GRPC").rglob("*.swift")}
    declared = set(re.findall(r"case (\w+) = \d+", texts.pop("Status.swift")))
    assert len(declared) == 17
    made = {name: sorted(declared & set(re.findall(r"\.(\w+)\b", text)) - {"ok"})
            for name, text in texts.items()}
    made = {name: codes for name, codes in made.items() if codes}
    # Every code that a file of the room names, whatever for.
    assert set().union(*made.values()) == {
        "cancelled", "unknown", "deadlineExceeded", "permissionDenied", "resourceExhausted",
        "unimplemented", "internalError", "unavailable", "unauthenticated"}, made


def test_an_early_answer_is_followed_by_a_reset(raw):
    answer = raw.call("/no.such/Method", end=False, linger=0.5)
    assert answer.grpc_status == 12 and answer.reset == NO_ERROR
    kinds = [f.kind for f in answer.frames]
    assert kinds == [HEADERS, RST_STREAM]


def test_no_reset_behind_a_whole_request(raw):
    answer = raw.call("/no.such/Method", linger=0.3)
    assert answer.grpc_status == 12 and answer.reset is None


def test_pushback_of_a_handler_passes(raw):
    """What the service sends with a throttled call is in test_errors."""
    definition = connect.UnaryResponseDefinition(
        error=connect.Error(code=14),
        response_trailers=[connect.Header(name="grpc-retry-pushback-ms", value=["250"])])
    request = connect.UnaryRequest(response_definition=definition).SerializeToString()
    answer = raw.call(UNARY, grpc_message(request))
    assert answer.values("grpc-retry-pushback-ms") == ["250"]
    assert answer.grpc_status == 14


RETRIES = ('{"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": 3, '
           '"initialBackoff": "0.01s", "maxBackoff": "0.1s", "backoffMultiplier": 1, '
           '"retryableStatusCodes": ["UNAVAILABLE"]}}]}')


def test_a_retrying_client_tells_its_attempts(conformance):
    """Trailers-Only errors are what lets a client repeat the call."""
    options = [("grpc.enable_retries", 1), ("grpc.service_config", RETRIES),
               ("grpc.use_local_subchannel_pool", 1)]
    definition = connect.UnaryResponseDefinition(error=connect.Error(code=14, message="again"))
    with grpc.insecure_channel(conformance.target, options) as channel:
        with pytest.raises(grpc.RpcError) as failed:
            ConformanceService(channel).Unary(
                connect.UnaryRequest(response_definition=definition), timeout=20)
    status = dict(failed.value.trailing_metadata())["grpc-status-details-bin"]
    # RequestInfo echoes the headers of the last attempt.
    assert b"grpc-previous-rpc-attempts\x12\x012" in status


def attempts_under(conformance, pushback: str) -> tuple[str | None, float]:
    """What the last attempt told of those before it, and how long all took. The client's own
    back-off is 10 ms."""
    options = [("grpc.enable_retries", 1), ("grpc.use_local_subchannel_pool", 1),
               ("grpc.service_config", RETRIES.replace("0.1s", "0.01s"))]
    definition = connect.UnaryResponseDefinition(
        error=connect.Error(code=14),
        response_trailers=[connect.Header(name="grpc-retry-pushback-ms", value=[pushback])])
    start = time.monotonic()
    with grpc.insecure_channel(conformance.target, options) as channel:
        with pytest.raises(grpc.RpcError) as failed:
            ConformanceService(channel).Unary(
                connect.UnaryRequest(response_definition=definition), timeout=20)
    status = dict(failed.value.trailing_metadata())["grpc-status-details-bin"]
    told = re.search(rb"grpc-previous-rpc-attempts\x12\x01(\d)", status)
    return told and told[1].decode(), time.monotonic() - start


def test_a_client_waits_as_the_pushback_says(conformance):
    last, seconds = attempts_under(conformance, "400")
    assert last == "2" and seconds >= 0.8


@pytest.mark.parametrize("pushback", ["-1", "nonsense"])
def test_a_client_gives_up_as_the_pushback_says(conformance, pushback):
    assert attempts_under(conformance, pushback)[0] is None


def large_trailers(total: int) -> bytes:
    names = [connect.Header(name=f"x-large-{i}", value=["t" * 4000]) for i in range(total // 4000)]
    return connect.UnaryRequest(response_definition=connect.UnaryResponseDefinition(
        response_trailers=names, response_data=b"a")).SerializeToString()


def test_large_trailers_are_continued(raw):
    answer = raw.call(UNARY, grpc_message(large_trailers(40_000)))
    assert answer.grpc_status == 0 and len(answer.values("x-large-9")) == 1
    assert any(f.kind == CONTINUATION for f in answer.frames)
    assert all(len(f.payload) <= DEFAULT_FRAME_SIZE for f in answer.frames)
    assert not answer.frames[-2].flags & END_HEADERS and answer.frames[-1].flags & END_HEADERS
