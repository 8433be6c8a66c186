"""The standard test services, compiled from the conformance server's own proto files."""

import pathlib
import tempfile
import types

import grpc
import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

PROTO = pathlib.Path(__file__).resolve().parents[1] / "ConformanceServer" / "proto"
POOL = descriptor_pool.DescriptorPool()


def _compile():
    """Into a pool of our own: a Python module `grpc.testing` would hide behind grpcio."""
    with tempfile.TemporaryDirectory() as directory:
        output = pathlib.Path(directory) / "set"
        wellknown = pathlib.Path(grpc_tools.__file__).parent / "_proto"
        files = sorted(str(path) for path in PROTO.rglob("*.proto"))
        if protoc.main(["protoc", f"-I{PROTO}", f"-I{wellknown}", "--include_imports",
                        f"--descriptor_set_out={output}", *files]) != 0:
            raise RuntimeError(f"{PROTO} does not compile")
        for file in descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes()).file:
            POOL.Add(file)


def _messages(package: str) -> types.SimpleNamespace:
    """Every message of a package under its own name."""
    found = {}
    for path in PROTO.rglob("*.proto"):
        file = POOL.FindFileByName(str(path.relative_to(PROTO)))
        if file.package == package:
            found |= {name: message_factory.GetMessageClass(descriptor)
                      for name, descriptor in file.message_types_by_name.items()}
    return types.SimpleNamespace(**found)


class Service:
    """A stub made of a service's descriptor."""
    full_name = ""

    def __init__(self, channel: grpc.Channel):
        for method in POOL.FindServiceByName(self.full_name).methods:
            kind = (("stream" if method.client_streaming else "unary") + "_"
                    + ("stream" if method.server_streaming else "unary"))
            request = message_factory.GetMessageClass(method.input_type)
            response = message_factory.GetMessageClass(method.output_type)
            setattr(self, method.name, getattr(channel, kind)(
                f"/{self.full_name}/{method.name}", request_serializer=request.SerializeToString,
                response_deserializer=response.FromString))


_compile()
testing = _messages("grpc.testing")
connect = _messages("connectrpc.conformance.v1")


class TestService(Service):
    __test__ = False
    full_name = "grpc.testing.TestService"


class ConformanceService(Service):
    full_name = "connectrpc.conformance.v1.ConformanceService"


def _path(service, method: str) -> str:
    return f"/{service.full_name}/{method}"


EMPTY_CALL = _path(TestService, "EmptyCall")
UNARY_CALL = _path(TestService, "UnaryCall")
STREAMING_OUTPUT_CALL = _path(TestService, "StreamingOutputCall")
STREAMING_INPUT_CALL = _path(TestService, "StreamingInputCall")
FULL_DUPLEX_CALL = _path(TestService, "FullDuplexCall")
UNARY = _path(ConformanceService, "Unary")
SERVER_STREAM = _path(ConformanceService, "ServerStream")
CLIENT_STREAM = _path(ConformanceService, "ClientStream")
BIDI_STREAM = _path(ConformanceService, "BidiStream")
