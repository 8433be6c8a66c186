"""Length-prefixed messages: framing, compression, size, cardinality (rows 27-44)."""

import base64
import gzip

import pytest

import protocol
from conformance_server import resident_bytes
from frames import DATA, FrameConnection, data, grpc_fields, grpc_message
from sandbox_policy import create_user_bytes
from testing_protocol import (CLIENT_STREAM, EMPTY_CALL, STREAMING_INPUT_CALL,
                              STREAMING_OUTPUT_CALL, UNARY_CALL, connect, testing)

OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL = 0, 3, 8, 12, 13
LIMIT = 4 << 20
CREATE = protocol.CREATE_USER


def good() -> bytes:
    return create_user_bytes(validate_only=True)


@pytest.fixture
def raw(sandboxed):
    with FrameConnection(sandboxed.port) as connection:
        yield connection
        assert connection.call(CREATE, grpc_message(good())).grpc_status == OK


@pytest.fixture
def stream(conformance):
    """A connection to the server of streams."""
    with FrameConnection(conformance.port) as connection:
        yield connection
        assert connection.call(EMPTY_CALL, grpc_message(b"")).grpc_status == OK


def in_frames(raw, *frames_of_stream, path=CREATE, **changed):
    """A request whose DATA frames are given as functions of the stream's id."""
    stream = raw.open(grpc_fields(path, **changed))
    raw.send(*(make(stream) for make in frames_of_stream))
    return raw.answer(stream)


def test_a_message_split_at_every_byte(raw):
    message = grpc_message(good())
    for cut in range(len(message) + 1):
        answer = in_frames(raw, lambda s: data(s, message[:cut]),
                           lambda s: data(s, message[cut:], True))
        assert answer.grpc_status == OK, cut


def test_a_message_byte_for_byte(raw):
    message = grpc_message(good())
    pieces = [lambda s, at=at: data(s, message[at:at + 1]) for at in range(len(message))]
    assert in_frames(raw, *pieces, lambda s: data(s, end=True)).grpc_status == OK


def test_empty_and_padded_frames_between(raw):
    message = grpc_message(good())
    assert in_frames(raw, lambda s: data(s), lambda s: data(s, message[:3], padding=7),
                     lambda s: data(s, padding=255), lambda s: data(s, message[3:], padding=0),
                     lambda s: data(s), lambda s: data(s, end=True)).grpc_status == OK


def test_many_messages_in_one_frame(stream):
    message = testing.StreamingInputCallRequest(payload=testing.Payload(body=b"x" * 10))
    answer = stream.call(STREAMING_INPUT_CALL, grpc_message(message.SerializeToString()) * 500)
    assert total(answer) == 5_000


def total(answer) -> int:
    assert answer.grpc_status == OK, answer.sections
    ((_, message),) = answer.messages
    return testing.StreamingInputCallResponse.FromString(message).aggregated_payload_size


@pytest.mark.parametrize("flag", [2, 3, 0x34, 0x80, 0xFF])
def test_unknown_flags(raw, flag):
    assert raw.call(CREATE, grpc_message(good(), flag=flag)).grpc_status == INTERNAL


@pytest.mark.parametrize("encoding", [None, "identity"])
def test_compressed_flag_without_an_encoding(raw, encoding):
    packed = grpc_message(gzip.compress(good()), flag=1)
    assert raw.call(CREATE, packed, grpc_encoding=encoding).grpc_status == INTERNAL


@pytest.mark.parametrize("encoding", ["br", "snappy", "GZIP!", "deflate, gzip"])
def test_an_unknown_encoding(raw, encoding):
    answer = raw.call(CREATE, grpc_message(good(), flag=1), grpc_encoding=encoding)
    assert answer.grpc_status == UNIMPLEMENTED
    known = [name.strip() for name in answer.first("grpc-accept-encoding").split(",")]
    assert "gzip" in known and encoding not in known


def damaged(kind: str) -> bytes:
    packed = gzip.compress(good())
    flipped = bytes([packed[-8] ^ 0xFF])
    return {"corrupt": packed[:12] + b"\xff\xff\xff" + packed[15:], "cut": packed[:-9],
            "no-checksum": packed[:-8], "trailing-garbage": packed + b"garbage",
            "wrong-crc": packed[:-8] + flipped + packed[-7:], "no-gzip": b"not gzip at all",
            "empty": b"", "zlib-header": b"\x78\x9c" + packed[10:]}[kind]


@pytest.mark.parametrize("kind", ["corrupt", "cut", "no-checksum", "trailing-garbage", "wrong-crc",
                                  "no-gzip", "empty", "zlib-header"])
def test_broken_gzip(raw, kind):
    message = grpc_message(damaged(kind), flag=1)
    assert raw.call(CREATE, message, grpc_encoding="gzip").grpc_status == INTERNAL


def test_gzip_of_a_request(raw):
    packed = grpc_message(gzip.compress(good()), flag=1)
    assert raw.call(CREATE, packed, grpc_encoding="gzip").grpc_status == OK
    assert raw.call(CREATE, grpc_message(good()), grpc_encoding="gzip").grpc_status == OK


def test_flags_mixed_in_a_stream(stream):
    """Each message is compressed by itself: nothing of one helps to read the next."""
    plain = testing.StreamingInputCallRequest(
        payload=testing.Payload(body=b"x" * 1000)).SerializeToString()
    packed = grpc_message(gzip.compress(plain), flag=1)
    answer = stream.call(STREAMING_INPUT_CALL, packed + grpc_message(plain) + packed + packed,
                         grpc_encoding="gzip")
    assert total(answer) == 4_000


@pytest.mark.parametrize("accepted", [None, "identity", "br", "identity,br"])
def test_an_answer_is_compressed_only_for_who_accepts_it(stream, accepted):
    request = testing.SimpleRequest(response_size=1000,
                                    response_compressed=testing.BoolValue(value=True))
    answer = stream.call(UNARY_CALL, grpc_message(request.SerializeToString()),
                         grpc_accept_encoding=accepted)
    assert [flag for flag, _ in answer.messages] == [0]
    assert answer.first("grpc-encoding") in {None, "identity"}


def test_compression_is_told_for_each_message(stream):
    parameters = [testing.ResponseParameters(size=1000, compressed=testing.BoolValue(value=on))
                  for on in (True, False, True)]
    request = testing.StreamingOutputCallRequest(response_parameters=parameters)
    answer = stream.call(STREAMING_OUTPUT_CALL, grpc_message(request.SerializeToString()),
                         grpc_accept_encoding="br, gzip")
    assert [flag for flag, _ in answer.messages] == [1, 0, 1]
    assert answer.first("grpc-encoding") == "gzip"
    for flag, message in answer.messages:
        plain = gzip.decompress(message) if flag else message
        assert len(testing.StreamingOutputCallResponse.FromString(plain).payload.body) == 1000


@pytest.mark.parametrize("length", [LIMIT + 1, 0xFFFFFFFF])
def test_a_length_above_the_limit_is_refused_when_announced(raw, length):
    answer = raw.call(CREATE, grpc_message(b"", length=length), end=False)
    assert answer.grpc_status == RESOURCE_EXHAUSTED


def test_the_limit_holds_for_the_inflated_message(raw):
    packed = gzip.compress(bytes(LIMIT + 1))
    answer = raw.call(CREATE, grpc_message(packed, flag=1), grpc_encoding="gzip")
    assert answer.grpc_status == RESOURCE_EXHAUSTED


def simple_request(size: int) -> bytes:
    """A SimpleRequest of exactly `size` bytes."""
    rest = size - testing.SimpleRequest(
        payload=testing.Payload(body=bytes(size - 100))).ByteSize()
    made = testing.SimpleRequest(payload=testing.Payload(body=bytes(size - 100 + rest)))
    assert made.ByteSize() == size
    return made.SerializeToString()


@pytest.mark.parametrize("size,status", [(LIMIT, OK), (LIMIT + 1, RESOURCE_EXHAUSTED)])
@pytest.mark.parametrize("packed", [False, True], ids=["identity", "gzip"])
def test_the_limit_itself_passes(stream, size, status, packed):
    message = simple_request(size)
    framed = grpc_message(gzip.compress(message, 1), flag=1) if packed else grpc_message(message)
    changed = {"grpc_encoding": "gzip"} if packed else {}
    assert stream.call(UNARY_CALL, framed, **changed).grpc_status == status


def test_an_empty_message_is_a_message(stream):
    answer = stream.call(EMPTY_CALL, grpc_message(b""))
    assert answer.grpc_status == OK and answer.messages == [(0, b"")]


CARDINALITY = {"unary": (EMPTY_CALL, b""), "server-stream": (STREAMING_OUTPUT_CALL, b"")}


@pytest.mark.parametrize("kind", CARDINALITY)
@pytest.mark.parametrize("form", ["END_STREAM on HEADERS", "empty DATA", "two messages"])
def test_exactly_one_request(stream, kind, form):
    path, body = CARDINALITY[kind]
    if form == "empty DATA":
        answer = in_frames(stream, lambda s: data(s, end=True), path=path)
    else:
        count = 0 if form.startswith("END") else 2
        answer = stream.call(path, grpc_message(body) * count)
    assert answer.grpc_status == UNIMPLEMENTED


def test_no_message_at_all(raw):
    assert raw.call(CREATE).grpc_status == UNIMPLEMENTED


def test_a_message_cut_at_every_byte(raw):
    message = grpc_message(good())
    for cut in range(1, len(message)):
        assert raw.call(CREATE, message[:cut]).grpc_status == INTERNAL, cut


def test_a_cut_message_of_a_stream(stream):
    message = grpc_message(b"\x0a\x00") + grpc_message(b"x" * 10)[:9]
    assert stream.call(STREAMING_INPUT_CALL, message).grpc_status == INTERNAL
    assert stream.call(CLIENT_STREAM, message).grpc_status == INTERNAL


@pytest.mark.parametrize("message", [b"\x0a\xff", b"\xff" * 20, b"\x0a\x05abc", b"\x07"])
def test_bytes_that_are_no_message(raw, message):
    assert raw.call(CREATE, grpc_message(message)).grpc_status == INTERNAL


@pytest.mark.parametrize("text", [b"\xff\xfe", b"a\x00b", b"\xed\xa0\x80"],
                         ids=["no-utf-8", "nul", "surrogate"])
def test_text_that_is_no_text(raw, text):
    """Field 2 is the user's name."""
    message = b"\x0a\x04acme\x12" + bytes([len(text)]) + text
    answer = raw.call(CREATE, grpc_message(message))
    assert answer.grpc_status == INVALID_ARGUMENT
    details = answer.first("grpc-status-details-bin")
    assert b"username" in base64.b64decode(details + "==")


def test_text_that_is_no_text_inside_a_message(raw):
    """The name of the second attribute."""
    message = b"\x0a\x04acme\x1a\x07\x0a\x05email" + b"\x1a\x04\x0a\x02\xff\xfe"
    answer = raw.call(CREATE, grpc_message(message))
    assert answer.grpc_status == INVALID_ARGUMENT
    details = answer.first("grpc-status-details-bin")
    assert b"user_attributes[1].name" in base64.b64decode(details + "==")


HOSTILE = {"groups": (b"\x0b" * 10_000, {INTERNAL}),
           "open groups inside a message": (b"\x1a\x90\x4e" + b"\x0b" * 10_000, {INTERNAL}),
           "messages": (b"\x1a\x00" * 1_000_000, {RESOURCE_EXHAUSTED}),
           "map": (b"\x4a\x00" * 500_000, {RESOURCE_EXHAUSTED, INVALID_ARGUMENT})}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_are_bounded(raw, sandboxed, name):
    """In what they are answered, and in what they cost: a few bytes each become no hundred."""
    hostile, expected = HOSTILE[name]
    raw.call(CREATE, grpc_message(good()))
    before = resident_bytes(sandboxed.process.pid)
    for _ in range(3):
        assert raw.call(CREATE, grpc_message(hostile)).grpc_status in expected
    assert resident_bytes(sandboxed.process.pid) - before < 64 << 20


def test_deep_nesting_is_bounded(stream):
    """Any within Error within the definition, 10 000 times."""
    message = b""
    for _ in range(10_000):
        message = b"\x0a" + varint(len(message)) + message
    assert stream.call(CLIENT_STREAM, grpc_message(message)).grpc_status in {OK, INTERNAL}


def varint(value: int) -> bytes:
    octets = bytearray()
    while value >= 128:
        octets.append(0x80 | value & 0x7F)
        value >>= 7
    return bytes(octets + bytes([value]))


def test_an_answer_above_the_limit(stream):
    request = testing.SimpleRequest(response_size=LIMIT + 1).SerializeToString()
    assert stream.call(UNARY_CALL, grpc_message(request)).grpc_status == RESOURCE_EXHAUSTED


def test_the_largest_answer(stream):
    request = testing.SimpleRequest(response_size=LIMIT - 100).SerializeToString()
    answer = stream.call(UNARY_CALL, grpc_message(request))
    assert answer.grpc_status == OK and len(answer.data) > LIMIT - 100
    assert all(len(f.payload) <= 16_384 for f in answer.frames if f.kind == DATA)


def test_the_echo_of_a_request_is_what_was_sent(stream):
    request = connect.ClientStreamRequest(request_data=b"\x00\xff" * 100).SerializeToString()
    answer = stream.call(CLIENT_STREAM, grpc_message(request))
    assert answer.grpc_status == OK
    assert answer.data.count(b"\x00\xff" * 100) == 1
