"""The server cases of gRPC's interoperability tests (grpc/grpc, doc/interop-test-descriptions.md),
with grpcio as the client. Case names are those of the document. How to run grpc-go's own client,
as of November 2020, which Debian 12's packages compile:

    apt-get install golang-go golang-google-grpc-dev golang-github-golang-protobuf-1-5-dev
    git clone https://github.com/grpc/grpc-go go/src/google.golang.org/grpc
    git -C go/src/google.golang.org/grpc checkout 44e408dab
    GO111MODULE=off GOPATH=$PWD/go:/usr/share/gocode go build -o interop-client \
        google.golang.org/grpc/interop/client
    .build/debug/conformance-server --listen 127.0.0.1:PORT
    ./interop-client -server_host 127.0.0.1 -server_port PORT -test_case CASE
"""

import threading

import grpc
import pytest

from frames import FrameConnection, grpc_message
from testing_protocol import STREAMING_OUTPUT_CALL, UNARY_CALL, TestService, testing

LARGE_REQUEST, LARGE_RESPONSE = 271_828, 314_159
REQUEST_SIZES = [27_182, 8, 1_828, 45_904]
RESPONSE_SIZES = [31_415, 9, 2_653, 58_979]
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
INITIAL_KEY, TRAILING_KEY = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
METADATA = ((INITIAL_KEY, "test_initial_metadata_value"), (TRAILING_KEY, b"\xab\xab\xab"))
PATIENCE = 20
SOAK_CALLS = 50


@pytest.fixture(scope="module")
def stub(conformance):
    return TestService(conformance.channel)


def payload(size: int):
    return testing.Payload(body=bytes(size))


def output_request(sizes, request_size=0, compressed=None, **fields):
    parameters = [testing.ResponseParameters(size=size) for size in sizes]
    for parameter, flag in zip(parameters, compressed or []):
        parameter.compressed.value = flag
    return testing.StreamingOutputCallRequest(
        response_parameters=parameters, payload=payload(request_size), **fields)


def large_request(**fields):
    return testing.SimpleRequest(response_size=LARGE_RESPONSE, payload=payload(LARGE_REQUEST),
                                 **fields)


def check_large(response):
    assert response.payload.body == bytes(LARGE_RESPONSE)


def test_empty_unary(stub):
    response, call = stub.EmptyCall.with_call(testing.Empty(), timeout=PATIENCE)
    assert response.ByteSize() == 0 and call.code() == grpc.StatusCode.OK


def test_large_unary(stub):
    check_large(stub.UnaryCall(large_request(), timeout=PATIENCE))


def test_client_compressed_unary(stub):
    probe = large_request(expect_compressed=testing.BoolValue(value=True))
    with pytest.raises(grpc.RpcError) as refused:
        stub.UnaryCall(probe, timeout=PATIENCE)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    check_large(stub.UnaryCall(probe, timeout=PATIENCE, compression=grpc.Compression.Gzip))
    plain = large_request(expect_compressed=testing.BoolValue(value=False))
    check_large(stub.UnaryCall(plain, timeout=PATIENCE))


def raw_messages(port: int, path: str, request, accepted="gzip"):
    """The flags and bytes of the messages, as they are on the wire."""
    with FrameConnection(port) as raw:
        answer = raw.call(path, grpc_message(request.SerializeToString()),
                          grpc_accept_encoding=accepted)
    assert answer.grpc_status == 0, answer.sections
    return answer


@pytest.mark.parametrize("compressed", [True, False])
def test_server_compressed_unary(conformance, stub, compressed):
    request = large_request(response_compressed=testing.BoolValue(value=compressed))
    check_large(stub.UnaryCall(request, timeout=PATIENCE))
    answer = raw_messages(conformance.port, UNARY_CALL, request)
    assert [flag for flag, _ in answer.messages] == [int(compressed)]
    if compressed:
        assert answer.first("grpc-encoding") == "gzip"


def test_server_streaming(stub):
    responses = list(stub.StreamingOutputCall(output_request(RESPONSE_SIZES), timeout=PATIENCE))
    assert [len(response.payload.body) for response in responses] == RESPONSE_SIZES


def test_server_compressed_streaming(conformance, stub):
    request = output_request([31_415, 92_653], compressed=[True, False])
    sizes = [len(r.payload.body) for r in stub.StreamingOutputCall(request, timeout=PATIENCE)]
    assert sizes == [31_415, 92_653]
    answer = raw_messages(conformance.port, STREAMING_OUTPUT_CALL, request)
    assert [flag for flag, _ in answer.messages] == [1, 0]


def test_client_streaming(stub):
    requests = [testing.StreamingInputCallRequest(payload=payload(s)) for s in REQUEST_SIZES]
    assert stub.StreamingInputCall(iter(requests), timeout=PATIENCE).aggregated_payload_size == 74_922


def test_client_compressed_streaming(stub):
    def request(size, compressed):
        return testing.StreamingInputCallRequest(
            payload=payload(size), expect_compressed=testing.BoolValue(value=compressed))
    with pytest.raises(grpc.RpcError) as refused:
        stub.StreamingInputCall(iter([request(27_182, True)]), timeout=PATIENCE)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    answer = stub.StreamingInputCall(iter([request(27_182, True), request(45_904, True)]),
                                     timeout=PATIENCE, compression=grpc.Compression.Gzip)
    assert answer.aggregated_payload_size == 73_086


class Requests:
    """An iterator of requests that a test feeds one by one."""

    def __init__(self):
        self.waiting, self.items, self.is_done = threading.Condition(), [], False

    def send(self, request):
        with self.waiting:
            self.items.append(request)
            self.waiting.notify()

    def end(self):
        with self.waiting:
            self.is_done = True
            self.waiting.notify()

    def __iter__(self):
        return self

    def __next__(self):
        with self.waiting:
            self.waiting.wait_for(lambda: self.items or self.is_done, PATIENCE)
            if self.items:
                return self.items.pop(0)
            raise StopIteration


def test_ping_pong(stub):
    requests = Requests()
    responses = stub.FullDuplexCall(requests, timeout=PATIENCE)
    for request_size, response_size in zip(REQUEST_SIZES, RESPONSE_SIZES):
        requests.send(output_request([response_size], request_size))
        assert len(next(responses).payload.body) == response_size
    requests.end()
    assert list(responses) == [] and responses.code() == grpc.StatusCode.OK


def test_empty_stream(stub):
    responses = stub.FullDuplexCall(iter([]), timeout=PATIENCE)
    assert list(responses) == [] and responses.code() == grpc.StatusCode.OK


def test_cancel_after_begin(stub):
    requests = Requests()
    call = stub.StreamingInputCall.future(requests, timeout=PATIENCE, metadata=METADATA)
    call.cancel()
    requests.end()
    assert call.cancelled() and call.code() == grpc.StatusCode.CANCELLED


def test_cancel_after_first_response(stub):
    requests = Requests()
    responses = stub.FullDuplexCall(requests, timeout=PATIENCE)
    requests.send(output_request([31_415], 27_182))
    assert len(next(responses).payload.body) == 31_415
    responses.cancel()
    requests.end()
    assert responses.code() == grpc.StatusCode.CANCELLED


def test_timeout_on_sleeping_server(stub):
    requests = Requests()
    responses = stub.FullDuplexCall(requests, timeout=0.001)
    requests.send(output_request([], 27_182))
    with pytest.raises(grpc.RpcError) as late:
        next(responses)
    requests.end()
    assert late.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


def metadata_of(pairs) -> dict:
    return dict(pairs)


def test_custom_metadata_unary(stub):
    _, call = stub.UnaryCall.with_call(large_request(), timeout=PATIENCE, metadata=METADATA)
    assert metadata_of(call.initial_metadata())[INITIAL_KEY] == "test_initial_metadata_value"
    assert metadata_of(call.trailing_metadata())[TRAILING_KEY] == b"\xab\xab\xab"


def test_custom_metadata_full_duplex(stub):
    responses = stub.FullDuplexCall(iter([output_request([LARGE_RESPONSE], LARGE_REQUEST)]),
                                    timeout=PATIENCE, metadata=METADATA)
    assert len(next(responses).payload.body) == LARGE_RESPONSE
    assert metadata_of(responses.initial_metadata())[INITIAL_KEY] == "test_initial_metadata_value"
    assert list(responses) == []
    assert metadata_of(responses.trailing_metadata())[TRAILING_KEY] == b"\xab\xab\xab"


@pytest.mark.parametrize("message", ["test status message", SPECIAL_MESSAGE],
                         ids=["status_code_and_message", "special_status_message"])
def test_status_of_a_unary_call(stub, message):
    request = testing.SimpleRequest(
        response_status=testing.EchoStatus(code=2, message=message))
    with pytest.raises(grpc.RpcError) as failed:
        stub.UnaryCall(request, timeout=PATIENCE)
    assert (failed.value.code(), failed.value.details()) == (grpc.StatusCode.UNKNOWN, message)


def test_status_of_a_full_duplex_call(stub):
    status = testing.EchoStatus(code=2, message="test status message")
    responses = stub.FullDuplexCall(iter([output_request([], response_status=status)]),
                                    timeout=PATIENCE)
    with pytest.raises(grpc.RpcError) as failed:
        list(responses)
    assert failed.value.code() == grpc.StatusCode.UNKNOWN
    assert failed.value.details() == "test status message"


def test_unimplemented_method(stub):
    with pytest.raises(grpc.RpcError) as failed:
        stub.UnimplementedCall(testing.Empty(), timeout=PATIENCE)
    assert failed.value.code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("server", ["conformance", "sandboxed"])
def test_unimplemented_service(request, server):
    channel = request.getfixturevalue(server).channel
    call = channel.unary_unary("/grpc.testing.UnimplementedService/UnimplementedCall")
    with pytest.raises(grpc.RpcError) as failed:
        call(b"", timeout=PATIENCE)
    assert failed.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_rpc_soak(stub):
    for _ in range(SOAK_CALLS):
        check_large(stub.UnaryCall(large_request(), timeout=PATIENCE))


def test_channel_soak(conformance):
    for _ in range(SOAK_CALLS // 2):
        options = [("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(conformance.target, options) as channel:
            check_large(TestService(channel).UnaryCall(large_request(), timeout=PATIENCE))
