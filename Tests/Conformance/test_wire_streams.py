"""Deadlines, cancellation and flow control, frame by frame (rows 59-69 of the checklist)."""

import time

import pytest

from conformance_server import resident_bytes
from frames import (CANCEL, DATA, ENHANCE_YOUR_CALM, HEADERS, INADEQUATE_SECURITY,
                    INITIAL_WINDOW_SIZE, INTERNAL_ERROR, MAX_CONCURRENT_STREAMS, PROTOCOL_ERROR,
                    REFUSED_STREAM, RST_STREAM, FrameConnection, data, grpc_fields, grpc_message,
                    ping, rst_stream, settings, window_update)
from testing_protocol import (EMPTY_CALL, FULL_DUPLEX_CALL, STREAMING_INPUT_CALL,
                              STREAMING_OUTPUT_CALL, UNARY, connect, testing)

OK, DEADLINE_EXCEEDED = 0, 4
MIB = 1 << 20


@pytest.fixture
def raw(conformance):
    with FrameConnection(conformance.port) as connection:
        yield connection
        assert connection.call(EMPTY_CALL, grpc_message(b"")).grpc_status == OK


def slow_unary(milliseconds: int) -> bytes:
    return grpc_message(connect.UnaryRequest(response_definition=connect.UnaryResponseDefinition(
        response_data=b"answer", response_delay_ms=milliseconds)).SerializeToString())


def outputs(*sizes, interval_ms=0) -> bytes:
    return grpc_message(testing.StreamingOutputCallRequest(response_parameters=[
        testing.ResponseParameters(size=size, interval_us=interval_ms * 1000)
        for size in sizes]).SerializeToString())


def ends_by_deadline(answer) -> bool:
    return answer.grpc_status == DEADLINE_EXCEEDED or answer.reset == CANCEL


def test_a_deadline_ends_a_sleeping_handler(raw):
    start = time.monotonic()
    answer = raw.call(UNARY, slow_unary(20_000), grpc_timeout="200m")
    assert ends_by_deadline(answer)
    # Far below the handler's own time; how far is the machine's.
    assert 0.15 < time.monotonic() - start < 5


def test_a_deadline_ends_a_stream_in_the_middle(raw):
    answer = raw.call(STREAMING_OUTPUT_CALL, outputs(*[10] * 100, interval_ms=100),
                      grpc_timeout="500m")
    assert ends_by_deadline(answer) and 0 < len(answer.messages) < 100


def test_a_deadline_ends_a_request_that_never_ends(raw):
    answer = raw.call(STREAMING_INPUT_CALL, grpc_message(b""), end=False, grpc_timeout="200m")
    assert ends_by_deadline(answer)


@pytest.mark.parametrize("code", [CANCEL, REFUSED_STREAM, ENHANCE_YOUR_CALM, INADEQUATE_SECURITY,
                                  INTERNAL_ERROR, PROTOCOL_ERROR, 0xABCD])
def test_a_reset_ends_a_stream(raw, code):
    stream = raw.open(grpc_fields(STREAMING_OUTPUT_CALL))
    raw.send_body(stream, outputs(*[1000] * 10_000, interval_ms=1))
    raw.read_until(lambda f: f.kind == DATA)
    raw.send(rst_stream(stream, code), ping(b"a marker"))
    # What left before the reset was read may still come in front of the answer to the PING.
    raw.read_until(lambda f: f.is_ack and f.payload == b"a marker")
    assert [f for f in raw.read_for(0.5) if f.stream == stream] == []


def test_a_half_closed_request_is_served(raw):
    answer = raw.call(STREAMING_OUTPUT_CALL, outputs(1, 2, 3, interval_ms=50))
    assert answer.grpc_status == OK and len(answer.messages) == 3


def test_an_answer_waits_for_the_window(conformance):
    with FrameConnection(conformance.port, (INITIAL_WINDOW_SIZE, 100)) as raw:
        stream = raw.open(grpc_fields(STREAMING_OUTPUT_CALL))
        raw.send_body(stream, outputs(*[1000] * 50))
        seen = raw.read_for(0.5)
        assert sum(len(f.payload) for f in seen if f.kind == DATA) == 100
        raw.send(window_update(stream, 1))
        assert sum(len(f.payload) for f in raw.read_for(0.3) if f.kind == DATA) == 1
        raw.send(settings((INITIAL_WINDOW_SIZE, 50)), window_update(stream, 60))
        assert sum(len(f.payload) for f in raw.read_for(0.3) if f.kind == DATA) == 10
        raw.send(window_update(stream, MIB))
        answer = raw.answer(stream, seen)
        assert answer.ended


def test_a_blocked_answer_can_be_cancelled(conformance):
    with FrameConnection(conformance.port, (INITIAL_WINDOW_SIZE, 0)) as raw:
        stream = raw.open(grpc_fields(STREAMING_OUTPUT_CALL))
        raw.send_body(stream, outputs(*[1000] * 50))
        raw.read_until(lambda f: f.kind == HEADERS)
        raw.send(rst_stream(stream), window_update(0, MIB))
        assert [f for f in raw.read_for(0.3) if f.kind == DATA] == []
        raw.send(settings((INITIAL_WINDOW_SIZE, MIB)))
        assert raw.call(EMPTY_CALL, grpc_message(b"")).grpc_status == OK


def test_an_upload_waits_for_its_handler(conformance):
    """The handler is stuck in its answers, so the window stays shut and nothing piles up."""
    before = resident_bytes(conformance.pid)
    with FrameConnection(conformance.port, (INITIAL_WINDOW_SIZE, 0), timeout=1) as raw:
        stream = raw.open(grpc_fields(FULL_DUPLEX_CALL))
        message = outputs(100_000) + grpc_message(testing.StreamingOutputCallRequest(
            payload=testing.Payload(body=bytes(50_000))).SerializeToString())
        offered = 0
        for _ in range(400):
            window = raw.windows[stream]
            raw.send_body(stream, message, end=False)
            if raw.windows[stream] == window:
                break
            offered += len(message)
        assert offered < 8 * MIB, f"{offered} bytes were taken from a handler that does not read"
        assert resident_bytes(conformance.pid) - before < 32 * MIB


def test_an_upload_of_100_mb(conformance):
    before = resident_bytes(conformance.pid)
    message = grpc_message(testing.StreamingInputCallRequest(
        payload=testing.Payload(body=bytes(MIB))).SerializeToString())
    with FrameConnection(conformance.port) as raw:
        stream = raw.open(grpc_fields(STREAMING_INPUT_CALL))
        seen = []
        for _ in range(100):
            seen += raw.send_body(stream, message, end=False)
        raw.send(data(stream, end=True))
        answer = raw.answer(stream, seen, timeout=30)
    assert answer.grpc_status == OK
    ((_, message),) = answer.messages
    assert testing.StreamingInputCallResponse.FromString(message).aggregated_payload_size == 100 * MIB
    assert resident_bytes(conformance.pid) - before < 64 * MIB


def test_padding_is_given_back(raw):
    """More padding than there is window, in front of one message."""
    stream = raw.open(grpc_fields(STREAMING_INPUT_CALL))
    message = grpc_message(b"\x0a\x00")
    sent = 0
    while sent < 3 * MIB:
        if raw.windows[stream] < 20_000 or raw.windows[0] < 20_000:
            assert raw.next_frame() is not None, "the window did not come back"
            continue
        # One byte of a message of 8 KB for each 255 of padding.
        body = message if sent else b""
        raw.send(data(stream, body, padding=255))
        raw.windows[stream] -= 256 + len(body)
        raw.windows[0] -= 256 + len(body)
        sent += 256
    raw.send(data(stream, end=True))
    assert raw.answer(stream).grpc_status == OK


def test_frames_are_no_larger_than_the_peer_allows(raw):
    answer = raw.call(STREAMING_OUTPUT_CALL, outputs(100_000))
    assert max(len(f.payload) for f in answer.frames if f.kind == DATA) <= 16_384
    assert answer.grpc_status == OK


def test_a_stream_above_the_limit(conformance):
    with FrameConnection(conformance.port) as raw:
        limit = raw.peer_settings[MAX_CONCURRENT_STREAMS]
        for _ in range(limit):
            raw.open(grpc_fields(FULL_DUPLEX_CALL))
        beyond = raw.open(grpc_fields(FULL_DUPLEX_CALL))
        answer = raw.answer(beyond, timeout=5)
        # The limit was acknowledged: a stream error, or the end of the connection.
        assert answer.reset in {REFUSED_STREAM, PROTOCOL_ERROR} or answer.goaway or answer.closed


def test_a_stream_ended_makes_room(conformance):
    """A client at the limit that resets one stream may open another."""
    with FrameConnection(conformance.port) as raw:
        limit = raw.peer_settings[MAX_CONCURRENT_STREAMS]
        streams = [raw.open(grpc_fields(FULL_DUPLEX_CALL)) for _ in range(limit)]
        for stream in streams[:10]:
            raw.send(data(stream, end=True))
            assert raw.answer(stream).grpc_status == OK
        assert raw.call(EMPTY_CALL, grpc_message(b"")).grpc_status == OK


def test_a_slow_call_holds_up_no_other(raw):
    slow = raw.open(grpc_fields(UNARY))
    seen = raw.send_body(slow, slow_unary(1500))
    quick = raw.open(grpc_fields(EMPTY_CALL))
    seen += raw.send_body(quick, grpc_message(b""))
    seen += raw.read_until(lambda f: f.stream == slow and f.ends_stream)
    order = [f.stream for f in seen if f.ends_stream]
    assert order == [quick, slow]


def test_trailers_behind_our_reset_do_no_harm(raw):
    """An early answer crosses with what the client is still sending: that is no offence."""
    for _ in range(300):
        stream = raw.open(grpc_fields("/no.such/Method"))
        seen = raw.read_until(lambda f: f.kind == RST_STREAM and f.stream == stream)
        assert seen[-1].kind == RST_STREAM
        raw.send(data(stream, b"late", True))
    assert raw.goaways == []
