"""The cases of connectrpc/conformance for a gRPC server, driven by a small runner of ours.

The official runner (a Go program) is not at hand. `compat_server` starts `conformance-server` by
its protocol; the cases below are grouped and named as in its suites (basic, errors, duplicate
metadata, deadlines, message size, empty requests, cardinality, compression, TLS), each run in clear
text, over TLS and over TLS with client certificates.
"""

import gzip
import itertools

import grpc
import pytest
from google.protobuf import message_factory

from certificates import Certificates
from compat_server import CompatServer
from conformance_server import GOOD_ENDS
from frames import FrameConnection, grpc_message
from testing_protocol import BIDI_STREAM, CLIENT_STREAM, POOL, SERVER_STREAM, UNARY, connect

PATIENCE = 20
LIMIT = 200 << 10
HEADERS = [("x-custom-header", ["foo"]), ("x-repeated", ["one", "two"])]
TRAILERS = [("x-custom-trailer", ["bing"]), ("x-repeated-trailer", ["b", "a", "b"])]
KINDS = ["unary", "server", "client", "half", "full"]
UNIMPLEMENTED, INTERNAL = 12, 13
STATUS = message_factory.GetMessageClass(POOL.FindMessageTypeByName("google.rpc.Status"))


@pytest.fixture(scope="module", params=["clear", "tls", "mutual"])
def server(request, directory):
    certificates = None if request.param == "clear" else Certificates(directory / request.param)
    with CompatServer(LIMIT, certificates, request.param == "mutual") as running:
        yield running
    assert running.status in GOOD_ENDS


def header_list(pairs) -> list:
    return [connect.Header(name=name, value=values) for name, values in pairs]


def error_of(code: int, message="", details=()):
    error = connect.Error(code=code, message=message)
    for url, value in details:
        error.details.add(type_url=url, value=value)
    return error


def define(kind: str, data=(), error=None, headers=HEADERS, trailers=TRAILERS, delay=0):
    """What the server is to answer, in the definition of the kind of call."""
    common = {"response_headers": header_list(headers),
              "response_trailers": header_list(trailers), "response_delay_ms": delay}
    if kind in ("unary", "client"):
        definition = connect.UnaryResponseDefinition(**common)
        if error is None:
            definition.response_data = b"".join(data)
        else:
            definition.error.CopyFrom(error)
        return definition
    return connect.StreamResponseDefinition(response_data=data, error=error, **common)


def requests_of(kind: str, definition, bodies) -> list:
    """The messages of a call: the first one carries the definition."""
    made = []
    for number, body in enumerate(bodies):
        first = definition if number == 0 else None
        if kind == "unary":
            made.append(connect.UnaryRequest(response_definition=first, request_data=body))
        elif kind == "server":
            made.append(connect.ServerStreamRequest(response_definition=first, request_data=body))
        elif kind == "client":
            made.append(connect.ClientStreamRequest(response_definition=first, request_data=body))
        else:
            made.append(connect.BidiStreamRequest(
                response_definition=first, request_data=body, full_duplex=kind == "full"))
    return made


class Result:
    """All that a client sees of a call."""

    def __init__(self, call, responses):
        self.code = call.code()
        self.message = call.details() or ""
        self.headers = list(call.initial_metadata() or ())
        self.trailers = list(call.trailing_metadata() or ())
        self.payloads = [response.payload for response in responses]

    def values(self, pairs, name: str) -> list:
        return [v for key, value in pairs if key == name
                for v in (value.split(", ") if isinstance(value, str) else [value])]

    @property
    def info(self):
        return self.payloads[0].request_info

    @property
    def status(self):
        raw = dict(self.trailers).get("grpc-status-details-bin")
        return STATUS.FromString(raw or b"")


def run(server, kind: str, definition, bodies=(b"one",), **options) -> Result:
    options.setdefault("timeout", PATIENCE)
    requests = requests_of(kind, definition, bodies)
    stub, responses = server.stub, []
    if kind == "unary":
        call = stub.Unary.future(requests[0], **options)
    elif kind == "client":
        call = stub.ClientStream.future(iter(requests), **options)
    elif kind == "server":
        call = stub.ServerStream(requests[0], **options)
    else:
        call = stub.BidiStream(iter(requests), **options)
    try:
        responses = [call.result()] if kind in ("unary", "client") else responses
        for response in () if responses else call:
            responses.append(response)
    except grpc.RpcError:
        pass
    return Result(call, responses)


def bodies_of(kind: str) -> list:
    return [b"one"] if kind in ("unary", "server") else [b"one", b"two", b"three"]


def answers_of(kind: str) -> list:
    return [b"answer"] if kind in ("unary", "client") else [b"first", b"second", b"third"]


@pytest.mark.parametrize("kind", KINDS)
def test_success(server, kind):
    answers = answers_of(kind)
    result = run(server, kind, define(kind, answers), bodies_of(kind),
                 metadata=(("x-sent", "a"), ("x-sent-bin", b"\x00\x01\xff")))
    assert result.code == grpc.StatusCode.OK, result.message
    assert [payload.data for payload in result.payloads] == answers
    assert result.values(result.headers, "x-custom-header") == ["foo"]
    assert result.values(result.trailers, "x-custom-trailer") == ["bing"]
    sent = {header.name: list(header.value) for header in result.info.request_headers}
    assert sent["x-sent"] == ["a"] and sent["x-sent-bin"] == ["AAH/"]
    seen = [request for payload in result.payloads for request in payload.request_info.requests]
    assert len(seen) == len(bodies_of(kind))
    assert all(request.type_url.startswith("type.googleapis.com/connectrpc.") for request in seen)


@pytest.mark.parametrize("kind", KINDS)
def test_duplicate_metadata(server, kind):
    result = run(server, kind, define(kind, answers_of(kind)), bodies_of(kind),
                 metadata=(("x-twice", "one"), ("x-twice", "two")))
    assert result.values(result.headers, "x-repeated") == ["one", "two"]
    assert result.values(result.trailers, "x-repeated-trailer") == ["b", "a", "b"]
    sent = [v for header in result.info.request_headers if header.name == "x-twice"
            for value in header.value for v in value.split(", ")]
    assert sent == ["one", "two"]


@pytest.mark.parametrize("kind,code", list(itertools.product(KINDS, [1, 3, 8, 13, 16])))
def test_errors(server, kind, code):
    message = "oops \N{WHITE SMILING FACE} 100% \r\n"
    details = [("type.googleapis.com/connectrpc.conformance.v1.Header", b"\x0a\x04name")]
    result = run(server, kind, define(kind, error=error_of(code, message, details)),
                 bodies_of(kind))
    assert (result.code.value[0], result.message) == (code, message)
    assert result.values(result.trailers, "x-custom-trailer") == ["bing"]
    assert (result.status.code, result.status.message) == (code, message)
    kept = [(d.type_url, d.value) for d in result.status.details]
    assert kept[:1] == details
    info = connect.RequestInfo.FromString(kept[-1][1])
    assert kept[-1][0].endswith("connectrpc.conformance.v1.RequestInfo")
    # A full-duplex call that has nothing to answer fails at its first message.
    assert len(info.requests) == (1 if kind == "full" else len(bodies_of(kind)))


@pytest.mark.parametrize("kind", ["server", "half", "full"])
def test_an_error_behind_answers(server, kind):
    result = run(server, kind, define(kind, [b"first", b"second"], error_of(9, "late")),
                 bodies_of(kind))
    assert [payload.data for payload in result.payloads] == [b"first", b"second"]
    assert (result.code.value[0], result.message) == (9, "late")


@pytest.mark.parametrize("kind", ["server", "half", "full"])
def test_no_answers(server, kind):
    result = run(server, kind, define(kind, []), bodies_of(kind))
    assert result.code == grpc.StatusCode.OK and result.payloads == []
    assert result.values(result.trailers, "x-custom-trailer") == ["bing"]


@pytest.mark.parametrize("kind", ["client", "half", "full"])
def test_a_stream_of_no_requests(server, kind):
    """Without a first message there is no definition: an empty answer, or no answers at all."""
    result = run(server, kind, define(kind), bodies=())
    assert result.code == grpc.StatusCode.OK, result.message


def test_unimplemented(server):
    with pytest.raises(grpc.RpcError) as refused:
        server.stub.Unimplemented(connect.UnimplementedRequest(), timeout=PATIENCE)
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_idempotent_unary(server):
    request = connect.IdempotentUnaryRequest(
        response_definition=define("unary", [b"answer"]), request_data=b"one")
    assert server.stub.IdempotentUnary(request, timeout=PATIENCE).payload.data == b"answer"


@pytest.mark.parametrize("kind", KINDS)
def test_deadline_is_told_to_the_handler(server, kind):
    result = run(server, kind, define(kind, answers_of(kind)), bodies_of(kind), timeout=15)
    # grpcio rounds what it sends up.
    assert 5_000 < result.info.timeout_ms <= 15_200
    result = run(server, kind, define(kind, answers_of(kind)), bodies_of(kind), timeout=None)
    assert not result.info.HasField("timeout_ms")


@pytest.mark.parametrize("kind", KINDS)
def test_deadline_ends_the_call(server, kind):
    result = run(server, kind, define(kind, answers_of(kind), delay=5_000), bodies_of(kind),
                 timeout=0.2)
    assert result.code == grpc.StatusCode.DEADLINE_EXCEEDED


def sized_request(kind: str, size: int) -> list:
    """One message of exactly `size` bytes."""
    definition = define(kind, answers_of(kind), headers=(), trailers=())
    empty = requests_of(kind, definition, [b"x" * (size - 1000)])[0]
    body = b"x" * (size - 1000 + size - empty.ByteSize())
    (request,) = requests_of(kind, definition, [body])
    assert request.ByteSize() == size
    return [body]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packed", [False, True], ids=["identity", "gzip"])
def test_message_size(server, kind, packed):
    options = {"compression": grpc.Compression.Gzip} if packed else {}
    definition = define(kind, answers_of(kind), headers=(), trailers=())
    result = run(server, kind, definition, sized_request(kind, LIMIT), **options)
    assert result.code == grpc.StatusCode.OK, result.message
    result = run(server, kind, definition, sized_request(kind, LIMIT + 1), **options)
    assert result.code == grpc.StatusCode.RESOURCE_EXHAUSTED


PATHS = {"unary": UNARY, "server": SERVER_STREAM, "client": CLIENT_STREAM, "half": BIDI_STREAM}


@pytest.fixture
def raw(server):
    context = None
    if server.certificates:
        context = server.certificates.context("runner-client" if server.client else None,
                                              authority="runner-server.pem")
    with FrameConnection(server.port, tls=context) as connection:
        yield connection


@pytest.mark.parametrize("kind", PATHS)
def test_empty_requests(raw, kind):
    """A message of no bytes is a message."""
    answer = raw.call(PATHS[kind], grpc_message(b""))
    assert (answer.http_status, answer.grpc_status) == (200, 0)


@pytest.mark.parametrize("kind", ["unary", "server"])
@pytest.mark.parametrize("count", [0, 2], ids=["no-request", "multiple-requests"])
def test_cardinality(raw, kind, count):
    assert raw.call(PATHS[kind], grpc_message(b"") * count).grpc_status == UNIMPLEMENTED


@pytest.mark.parametrize("kind", PATHS)
def test_unexpected_compression(raw, kind):
    answer = raw.call(PATHS[kind], grpc_message(b"", flag=1), grpc_encoding="fake")
    assert answer.grpc_status == UNIMPLEMENTED
    assert "gzip" in answer.first("grpc-accept-encoding")
    answer = raw.call(PATHS[kind], grpc_message(gzip.compress(b""), flag=1))
    assert answer.grpc_status == INTERNAL


@pytest.mark.parametrize("kind", PATHS)
def test_unexpected_requests(raw, kind):
    assert raw.call(PATHS[kind], grpc_message(b""), **{":method": "GET"}).http_status == 405
    assert raw.call(PATHS[kind], grpc_message(b""), content_type="text/x").http_status == 415
    codec = raw.call(PATHS[kind], grpc_message(b""), content_type="application/grpc+foo")
    assert codec.grpc_status in {2, UNIMPLEMENTED, INTERNAL} or codec.http_status == 415


def test_the_certificate_is_told(server):
    expected = server.certificates.read("runner-server.pem") if server.certificates else b""
    assert server.response.pem_cert == expected


def test_a_client_without_certificate(server):
    """It is refused exactly where one is asked for."""
    with server.stranger() as channel:
        ask = type(server.stub)(channel).Unary
        request = connect.UnaryRequest(response_definition=define("unary", [b"answer"]))
        if not server.client:
            assert ask(request, timeout=PATIENCE).payload.data == b"answer"
            return
        with pytest.raises(grpc.RpcError) as refused:
            ask(request, timeout=5)
        assert refused.value.code() in {grpc.StatusCode.UNAVAILABLE,
                                        grpc.StatusCode.DEADLINE_EXCEEDED}
