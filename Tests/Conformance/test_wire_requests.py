"""The request line and headers, frame by frame (rows 1-11, 25, 26 of the checklist)."""

import pytest

import protocol
from frames import (END_HEADERS, HEADERS, MAX_HEADER_LIST_SIZE, PROTOCOL_ERROR, RST_STREAM,
                    FrameConnection, grpc_fields, grpc_message, headers)
from sandbox_policy import create_user_bytes

UNIMPLEMENTED, RESOURCE_EXHAUSTED = 12, 8
PATH = protocol.CREATE_USER


def good() -> bytes:
    return grpc_message(create_user_bytes(validate_only=True))


@pytest.fixture
def raw(sandboxed):
    """A connection on which a good call must still be served at the end."""
    with FrameConnection(sandboxed.port) as connection:
        yield connection
        answer = connection.call(PATH, good())
        assert (answer.http_status, answer.grpc_status) == (200, 0)


def send_fields(raw, fields):
    """A whole request of exactly these fields, and its answer."""
    stream = raw.open(fields)
    return raw.answer(stream, raw.send_body(stream, good()))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "post"])
def test_another_method(raw, method):
    answer = raw.call(PATH, good(), **{":method": method})
    assert answer.http_status == 405
    assert answer.first("allow") == "POST"
    # Probes tell an answer from a refusal by its body.
    assert method == "HEAD" or len(answer.data) >= 5


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain", "",
                                          "application/grpcfoo", "application/grpc-web",
                                          "application/grp"])
def test_another_content_type(raw, content_type):
    answer = raw.call(PATH, good(), content_type=content_type)
    assert answer.http_status == 415 and len(answer.data) >= 5


@pytest.mark.parametrize("content_type", ["application/grpc", "application/grpc+proto",
                                          "application/grpc;charset=utf-8",
                                          "application/grpc+proto; x=y"])
def test_content_types_of_grpc(raw, content_type):
    answer = raw.call(PATH, good(), content_type=content_type)
    assert (answer.http_status, answer.grpc_status) == (200, 0)
    assert answer.first("content-type").startswith("application/grpc")


@pytest.mark.parametrize("codec", ["foo", "json", "thrift"])
def test_an_unknown_codec(raw, codec):
    answer = raw.call(PATH, good(), content_type=f"application/grpc+{codec}")
    assert answer.http_status == 415 or answer.grpc_status in {2, UNIMPLEMENTED, 13}


def test_without_te(raw):
    """It says nothing that an HTTP/2 peer does not know; grpc-go does without it, too."""
    assert raw.call(PATH, good(), te=None).grpc_status == 0


@pytest.mark.parametrize("te", ["gzip", "trailers, deflate", ""])
def test_te_of_other_things_is_malformed(raw, te):
    assert raw.call(PATH, good(), te=te).reset == PROTOCOL_ERROR


@pytest.mark.parametrize("path", [
    PATH.lower(), PATH + "/", PATH + "?a=b", PATH + "#a", PATH[:-1], "/" + PATH,
    "/x", "/", "//", "/a/b/c", "/provisioning.v1.UserProvisioningService/", "/" + "a" * 8000,
    "/provisioning.v1.NoService/CreateUser", "/provisioning.v1.UserProvisioningService/No"])
def test_another_path(raw, path):
    answer = raw.call(path, good())
    assert (answer.http_status, answer.grpc_status) == (200, UNIMPLEMENTED)


def test_an_unknown_method_is_trailers_only(raw):
    answer = raw.call("/no.such/Method", end=True)
    assert answer.is_trailers_only and len(answer.sections) == 1
    assert answer.first("content-type").startswith("application/grpc")
    assert answer.values("grpc-status") == ["12"]


@pytest.mark.parametrize("path", ["", "x", "provisioning.v1.UserProvisioningService/CreateUser",
                                  "*", "/\x00", "/a b", "http://localhost/x"])
def test_a_malformed_path_ends_its_stream_only(raw, path):
    answer = raw.call(path, good())
    assert answer.reset is not None or answer.grpc_status == UNIMPLEMENTED


def test_host_in_the_place_of_authority(raw):
    fields = [f for f in grpc_fields(PATH, host="localhost") if f[0] != ":authority"]
    assert send_fields(raw, fields).grpc_status == 0


def test_authority_and_host(raw):
    assert raw.call(PATH, good(), host="another.example").grpc_status == 0


@pytest.mark.parametrize("name", [":authority", "host"])
def test_two_authorities(raw, name):
    fields = grpc_fields(PATH)
    twice = [(name, "a.example"), (name, "b.example")]
    kept = [f for f in fields if f[0] != ":authority"]
    pseudo, regular = [f for f in kept if f[0][0] == ":"], [f for f in kept if f[0][0] != ":"]
    answer = send_fields(raw, pseudo + twice + regular)
    assert (answer.reset == PROTOCOL_ERROR or answer.http_status == 400
            or answer.grpc_status == 13), answer


@pytest.mark.parametrize("field", [("connection", "keep-alive"), ("keep-alive", "timeout=5"),
                                   ("proxy-connection", "x"), ("transfer-encoding", "chunked"),
                                   ("upgrade", "h2c")], ids=lambda field: field[0])
def test_fields_of_a_connection_are_malformed(raw, field):
    assert raw.call(PATH, good(), extra=[field]).reset == PROTOCOL_ERROR


MALFORMED = {
    "capital-letters": grpc_fields(PATH, extra=[("X-Test", "a")]),
    "pseudo-behind-regular": [("x-test", "a"), *grpc_fields(PATH)],
    "method-twice": [(":method", "POST"), *grpc_fields(PATH)],
    "path-twice": [(":path", PATH), *grpc_fields(PATH)],
    "scheme-twice": [(":scheme", "http"), *grpc_fields(PATH)],
    "unknown-pseudo": [(":unknown", "a"), *grpc_fields(PATH)],
    "response-pseudo": [(":status", "200"), *grpc_fields(PATH)],
    "no-method": [f for f in grpc_fields(PATH) if f[0] != ":method"],
    "no-scheme": [f for f in grpc_fields(PATH) if f[0] != ":scheme"],
    "no-path": [f for f in grpc_fields(PATH) if f[0] != ":path"],
    "name-with-space": grpc_fields(PATH, extra=[("x test", "a")]),
    "value-with-nul": grpc_fields(PATH, extra=[("x-test", b"a\x00b")]),
    "value-with-newline": grpc_fields(PATH, extra=[("x-test", b"a\r\nb")]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_fields(raw, name):
    assert send_fields(raw, MALFORMED[name]).reset == PROTOCOL_ERROR


def padding_fields(size: int) -> list:
    return [(f"x-pad-{i}", "v" * 500) for i in range(size // (500 + 32 + 8))]


def test_the_header_list_limit_is_told(raw):
    assert 8192 <= raw.peer_settings[MAX_HEADER_LIST_SIZE] <= 1 << 20


@pytest.mark.parametrize("size", [1 << 10, 7 << 10])
def test_header_lists_below_the_limit(raw, size):
    assert raw.call(PATH, good(), extra=padding_fields(size)).grpc_status == 0


@pytest.mark.parametrize("size", [24 << 10, 60 << 10])
def test_header_lists_above_the_limit(raw, size):
    answer = raw.call(PATH, good(), extra=padding_fields(size))
    assert (answer.http_status == 431 or answer.grpc_status == RESOURCE_EXHAUSTED
            or answer.reset is not None), answer


def test_empty_fields_count_for_the_limit(raw):
    """32 bytes each, so that names of no length to speak of are no way around it."""
    answer = raw.call(PATH, good(), extra=[("a", "")] * 2000)
    assert answer.http_status == 431 or answer.grpc_status == RESOURCE_EXHAUSTED


@pytest.mark.parametrize("agent", [None, "", "curl/8", "grpc-go/9999", "x" * 2000, b"\xff\xfe"])
def test_any_user_agent(raw, agent):
    assert raw.call(PATH, good(), user_agent=agent).grpc_status == 0


def test_three_header_sections(sandboxed):
    """A second section must end the stream; the third one is then on a closed stream."""
    with FrameConnection(sandboxed.port) as raw:
        stream = raw.open(grpc_fields(PATH))
        block = raw.encoder.encode([("x-more", "a")])
        raw.send(headers(stream, block), headers(stream, block), headers(stream, block, True))
        answer = raw.answer(stream)
        assert answer.reset is not None or answer.goaway is not None or answer.closed
    assert sandboxed.alive


def test_no_frame_of_an_answer_breaks_its_stream(raw):
    """HEADERS with END_HEADERS, and nothing behind the end but a reset."""
    answer = raw.call(PATH, good(), linger=0.2)
    assert all(f.flags & END_HEADERS for f in answer.frames if f.kind == HEADERS)
    assert [f.kind for f in answer.frames if f.kind == RST_STREAM] == []
