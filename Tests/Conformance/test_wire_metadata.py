"""Timeouts and metadata, seen by a handler that echoes them (rows 12-24 of the checklist)."""

import base64

import pytest

from frames import PROTOCOL_ERROR, FrameConnection, grpc_message
from testing_protocol import EMPTY_CALL, UNARY, connect

DEADLINE_EXCEEDED, INTERNAL = 4, 13
# What the test service sends back as it came.
ECHO_INITIAL = "x-grpc-test-echo-initial"
GOOD = connect.UnaryRequest(response_definition=connect.UnaryResponseDefinition(
    response_data=b"answer")).SerializeToString()


@pytest.fixture
def raw(conformance):
    """A connection on which a good call must still be served at the end."""
    with FrameConnection(conformance.port) as connection:
        yield connection
        assert connection.call(UNARY, grpc_message(GOOD)).grpc_status == 0


def info(answer):
    assert answer.grpc_status == 0, answer.sections
    ((_, message),) = answer.messages
    return connect.UnaryResponse.FromString(message).payload.request_info


def echoed(answer, name: str) -> list:
    """The values of a request header, as the handler saw them."""
    return [value for header in info(answer).request_headers if header.name == name
            for value in header.value]


def call(raw, *extra, message=GOOD, **changed):
    return raw.call(UNARY, grpc_message(message), extra=extra, **changed)


@pytest.mark.parametrize("timeout,milliseconds", [
    ("1H", 3_600_000), ("1M", 60_000), ("50S", 50_000), ("50000m", 50_000),
    ("50000000u", 50_000), ("99999999n", 99.999), ("99999999S", 99_999_999_000),
    ("00000050S", 50_000)])
def test_timeout_units(raw, timeout, milliseconds):
    left = info(call(raw, grpc_timeout=timeout)).timeout_ms
    # The shortest one leaves little room for a busy machine.
    assert (0.95 if milliseconds > 1000 else 0.0) * milliseconds <= left <= milliseconds


@pytest.mark.parametrize("timeout", ["-1S", "5", "S", "5x", "1.5S", "5 S", "", "100000000S", "+5S",
                                     "5s", "0x5S", "5SS"])
def test_malformed_timeout(raw, timeout):
    assert call(raw, grpc_timeout=timeout).grpc_status == INTERNAL


@pytest.mark.parametrize("timeout", ["0S", "0n", "1n"])
def test_timeout_that_is_over_at_arrival(raw, timeout):
    answer = call(raw, grpc_timeout=timeout)
    assert answer.grpc_status == DEADLINE_EXCEEDED and answer.is_trailers_only


def test_two_timeouts(raw):
    answer = call(raw, ("grpc-timeout", "9S"), grpc_timeout="50S")
    assert answer.grpc_status in {0, INTERNAL}
    if answer.grpc_status == 0:
        assert 0 < info(answer).timeout_ms <= 50_000


def test_no_timeout_is_forever(raw):
    """The call outlives the times that a server gives to a preface."""
    slow = connect.UnaryRequest(response_definition=connect.UnaryResponseDefinition(
        response_data=b"answer", response_delay_ms=6_000))
    answer = call(raw, message=slow.SerializeToString())
    assert not info(answer).HasField("timeout_ms")


def test_duplicates_keep_their_order(raw):
    answer = call(raw, ("x-twice", "b"), ("x-other", "z"), ("x-twice", "a"), ("x-twice", "c"))
    assert ",".join(echoed(answer, "x-twice")).replace(" ", "") == "b,a,c"


BINARY = bytes(range(256)) * 2


@pytest.mark.parametrize("value", [b"", b"\x00", b"\x00\x01", b"\x00\x01\x02", BINARY],
                         ids=["0", "1", "2", "3", "512"])
def test_binary_metadata_padded_or_not(raw, value):
    padded = base64.b64encode(value).decode()
    for text in {padded, padded.rstrip("=")}:
        (seen,) = echoed(call(raw, ("x-data-bin", text)), "x-data-bin") or [""]
        assert base64.b64decode(seen + "==") == value
        assert "=" not in seen


def test_binary_metadata_is_split_before_it_is_decoded(raw):
    seen = echoed(call(raw, ("x-data-bin", "AAEC,AwQF")), "x-data-bin")
    assert [base64.b64decode(value + "==") for value in seen] == [b"\x00\x01\x02", b"\x03\x04\x05"]


@pytest.mark.parametrize("text", ["!!!!", "AAE*", "A", "AAECA", "A===", "=AAA"])
def test_invalid_base64(raw, text):
    assert call(raw, ("x-data-bin", text)).grpc_status == INTERNAL


def answering(headers=(), trailers=()):
    """A request that lets the handler set metadata."""
    return connect.UnaryRequest(response_definition=connect.UnaryResponseDefinition(
        response_headers=[connect.Header(name=name, value=[value]) for name, value in headers],
        response_trailers=[connect.Header(name=name, value=[value]) for name, value in trailers],
        response_data=b"answer")).SerializeToString()


def test_binary_metadata_is_sent_unpadded(raw):
    answer = call(raw, message=answering([("x-data-bin", "AA==")], [("x-more-bin", "AAE=")]))
    assert answer.first("x-data-bin") == "AA" and answer.first("x-more-bin") == "AAE"


@pytest.mark.parametrize("value", ["caf\u00e9".encode(), "\u263a".encode(), b"\xe9"],
                         ids=["utf-8", "bmp", "latin-1"])
def test_values_beyond_ascii(raw, value):
    """They must not break the call, and come back from a handler that echoes them: byte for byte
    where they are UTF-8; a handler that reads text gets U+FFFD for what is not."""
    answer = raw.call(EMPTY_CALL, grpc_message(b""), extra=[(ECHO_INITIAL, value)])
    assert answer.grpc_status == 0
    assert [text.encode("latin-1") for text in answer.values(ECHO_INITIAL)] == [
        value.decode("utf-8", "replace").encode()]


@pytest.mark.parametrize("value", [" a", "a ", "\ta"])
def test_space_around_a_value(raw, value):
    """RFC 9113 8.2.1: malformed. Where it is let through it must be trimmed."""
    answer = call(raw, ("x-text", value))
    assert answer.reset == PROTOCOL_ERROR or echoed(answer, "x-text") == ["a"]


ILLEGAL = [("Bad-Name", "a"), ("bad name", "a"), ("bad\nname", "a"), (":bad", "a"), ("", "a"),
           ("x-split", "a\r\nx-injected: b"), ("x-nul", "a\0b"), ("b\u00e9d", "a")]


@pytest.mark.parametrize("field", ILLEGAL, ids=range(len(ILLEGAL)))
@pytest.mark.parametrize("place", ["headers", "trailers"])
def test_illegal_metadata_of_a_handler_stays_behind(raw, field, place):
    answer = call(raw, message=answering(**{place: [field, ("x-good", "yes")]}))
    names = [name for section in answer.sections for name, _ in section]
    values = [value for section in answer.sections for _, value in section]
    assert answer.ended and answer.reset is None
    assert field[0] not in names and "x-injected" not in names
    assert not any("\r" in value or "\n" in value or "\0" in value for value in values)


RESERVED = [("grpc-status", "5"), ("grpc-message", "forged"), ("content-type", "text/plain"),
            ("te", "gzip"), (":status", "500"), ("grpc-encoding", "br"), ("connection", "close")]


@pytest.mark.parametrize("field", RESERVED, ids=lambda field: field[0])
@pytest.mark.parametrize("place", ["headers", "trailers"])
def test_reserved_metadata_of_a_handler_stays_behind(raw, field, place):
    answer = call(raw, message=answering(**{place: [field]}))
    assert answer.values(":status") == ["200"] and answer.values("grpc-status") == ["0"]
    assert all(value.startswith("application/grpc") for value in answer.values("content-type"))
    assert field[1] not in answer.values(field[0])


def test_previous_attempts_reach_the_handler(raw):
    answer = call(raw, ("grpc-previous-rpc-attempts", "1"))
    assert echoed(answer, "grpc-previous-rpc-attempts") == ["1"]
