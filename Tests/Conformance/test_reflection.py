"""grpc.reflection.v1 and v1alpha: what grpcurl needs to call this server without its proto files."""

import queue

import grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_channelz.v1 import channelz_pb2
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2 as pb
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import \
    ProtoReflectionDescriptorDatabase

import protocol
from daemon import Provisiond

POLICY = """version: 1
organizations:
  acme: {user_pools: [{id: us-east-1_AbCd12345}]}
"""
ANONYMOUS = POLICY + """callers:
  - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
"""
SERVICES = [
    "grpc.channelz.v1.Channelz", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection", "provisioning.v1.AuditService",
    "provisioning.v1.UserProvisioningService"]
VERSIONS = ["v1", "v1alpha"]
USERS = "provisioning/v1/user_provisioning.proto"
NOT_FOUND, INVALID_ARGUMENT = 5, 3

@pytest.fixture(scope="module")
def provisiond(directory):
    with Provisiond(directory, ANONYMOUS, {}, "--sandbox") as server:
        yield server

@pytest.fixture(params=VERSIONS)
def ask(provisiond, request):
    """Sends questions on one stream, and gives its answers in order."""
    method = provisiond.channel.stream_stream(
        f"/grpc.reflection.{request.param}.ServerReflection/ServerReflectionInfo",
        pb.ServerReflectionRequest.SerializeToString, pb.ServerReflectionResponse.FromString)

    def ask(*questions):
        requests = [pb.ServerReflectionRequest(host="h", **question) for question in questions]
        answers = list(method(iter(requests), timeout=20))
        assert [answer.original_request for answer in answers] == requests
        assert {answer.valid_host for answer in answers} <= {"h"}
        return answers

    return ask

def files(answer) -> list:
    parts = answer.file_descriptor_response.file_descriptor_proto
    return [descriptor_pb2.FileDescriptorProto.FromString(part) for part in parts]

def test_services(ask):
    (answer,) = ask({"list_services": "*"})
    assert [service.name for service in answer.list_services_response.service] == SERVICES

@pytest.mark.parametrize("symbol", [
    "provisioning.v1.UserProvisioningService", "provisioning.v1.UserProvisioningService.CreateUser",
    "provisioning.v1.CreateUserRequest", "provisioning.v1.CreateUserRequest.username",
    "provisioning.v1.CreateUserRequest.ClientMetadataEntry", "provisioning.v1.MessageAction",
    "provisioning.v1.MESSAGE_ACTION_SEND", "provisioning.v1.BatchCreateUsersResponse.result"])
def test_symbols(ask, symbol):
    (answer,) = ask({"file_containing_symbol": symbol})
    found = files(answer)
    assert found[0].name == USERS
    names = [file.name for file in found]
    assert len(set(names)) == len(names)
    assert {name for file in found for name in file.dependency} <= set(names)

def test_every_name_of_the_contract_is_found(ask):
    symbols = _symbols(protocol.v1.DESCRIPTOR)
    assert len(symbols) > 100
    for symbol, answer in zip(symbols, ask(*({"file_containing_symbol": s} for s in symbols))):
        assert files(answer)[0].name == USERS, symbol

def _symbols(file) -> list:
    found = []
    for service in file.services_by_name.values():
        found += [service.full_name, *(method.full_name for method in service.methods)]
    messages = list(file.message_types_by_name.values())
    enums = list(file.enum_types_by_name.values())
    while messages:
        message = messages.pop()
        found += [message.full_name, *(field.full_name for field in message.fields)]
        found += [oneof.full_name for oneof in message.oneofs]
        messages += message.nested_types
        enums += message.enum_types
    for enum in enums:
        scope = enum.full_name.rsplit(".", 1)[0]
        found += [enum.full_name, *(f"{scope}.{value.name}" for value in enum.values)]
    return found

def test_files_by_name(ask):
    (answer,) = ask({"file_by_filename": "google/rpc/status.proto"})
    assert [file.name for file in files(answer)] == [
        "google/rpc/status.proto", "google/protobuf/any.proto"]

@pytest.mark.parametrize("question,code", [
    ({"file_by_filename": "no/such.proto"}, NOT_FOUND),
    ({"file_containing_symbol": "no.such.Symbol"}, NOT_FOUND),
    ({"file_containing_symbol": ""}, NOT_FOUND),
    ({"file_containing_extension": pb.ExtensionRequest(
        containing_type="provisioning.v1.User", extension_number=1)}, NOT_FOUND),
    ({"all_extension_numbers_of_type": "no.such.Message"}, NOT_FOUND),
    ({}, INVALID_ARGUMENT)])
def test_what_is_not_found_does_not_end_the_stream(ask, question, code):
    refused, answered = ask(question, {"list_services": ""})
    assert refused.error_response.error_code == code
    assert refused.error_response.error_message
    assert answered.list_services_response.service

def test_a_message_without_extensions(ask):
    (answer,) = ask({"all_extension_numbers_of_type": "provisioning.v1.User"})
    response = answer.all_extension_numbers_response
    assert response.base_type_name == "provisioning.v1.User" and not response.extension_number

def test_answers_come_as_questions_are_asked(provisiond):
    """The second question is made of the first answer: nobody waits for the stream's end."""
    questions = queue.Queue()
    method = provisiond.channel.stream_stream(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        pb.ServerReflectionRequest.SerializeToString, pb.ServerReflectionResponse.FromString)
    call = method(iter(questions.get, None), timeout=20)
    questions.put(pb.ServerReflectionRequest(list_services=""))
    for service in next(call).list_services_response.service:
        questions.put(pb.ServerReflectionRequest(file_containing_symbol=service.name))
        assert files(next(call))
    questions.put(None)
    assert list(call) == []

def test_a_client_can_be_made_of_nothing_else(provisiond):
    pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(provisiond.channel))
    service = pool.FindServiceByName("provisioning.v1.UserProvisioningService")
    method = service.methods_by_name["CreateUser"]
    request, response = (message_factory.GetMessageClass(kind)
                         for kind in (method.input_type, method.output_type))
    call = provisiond.channel.unary_unary(
        "/provisioning.v1.UserProvisioningService/CreateUser", request.SerializeToString,
        response.FromString)
    answer = call(request(organization="acme", username="reflected", user_attributes=[
        {"name": "email", "value": "a@example.com"}]), timeout=20)
    assert answer.user.username == "reflected"

@pytest.mark.parametrize("file,original", [
    ("grpc/health/v1/health.proto", health_pb2), ("grpc/channelz/v1/channelz.proto", channelz_pb2),
    ("grpc/reflection/v1alpha/reflection.proto", pb)])
def test_grpcs_own_services_have_grpcs_names_and_numbers(ask, file, original):
    (answer,) = ask({"file_by_filename": file})
    ours = _shape(files(answer)[0])
    theirs = descriptor_pb2.FileDescriptorProto()
    original.DESCRIPTOR.CopyToProto(theirs)
    theirs = _shape(theirs)
    assert {name: theirs.get(name) for name in ours} == ours
    assert set(theirs) - set(ours) <= {
        f"grpc.channelz.v1.SocketOption{kind}" for kind in ("Timeout", "Linger", "TcpInfo")}

def _shape(file) -> dict:
    """Names, numbers and types of everything that a file declares."""
    shape = {}

    def add(message, scope):
        name = f"{scope}.{message.name}"
        shape[name] = sorted(
            (field.number, field.name, field.type, field.label, field.type_name,
             message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else "")
            for field in message.field)
        for enum in message.enum_type:
            shape[f"{name}.{enum.name}"] = [(value.number, value.name) for value in enum.value]
        for nested in message.nested_type:
            add(nested, name)

    for message in file.message_type:
        add(message, file.package)
    for service in file.service:
        shape[f"{file.package}.{service.name}"] = sorted(
            (method.name, method.input_type, method.output_type, method.client_streaming,
             method.server_streaming) for method in service.method)
    return shape

def test_the_reflected_contract_is_the_one_of_proto(ask):
    (answer,) = ask({"file_by_filename": USERS})
    ours = descriptor_pb2.FileDescriptorProto()
    protocol.v1.DESCRIPTOR.CopyToProto(ours)
    assert _shape(files(answer)[0]) == _shape(ours)

@pytest.mark.parametrize("version", VERSIONS)
def test_reflection_needs_an_identity(tmp_path, version):
    with Provisiond(tmp_path, POLICY, {}, "--sandbox") as server:
        method = server.channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            pb.ServerReflectionRequest.SerializeToString, pb.ServerReflectionResponse.FromString)
        with pytest.raises(grpc.RpcError) as refusal:
            next(method(iter([pb.ServerReflectionRequest(list_services="")]), timeout=20))
    assert refusal.value.code() is grpc.StatusCode.UNAUTHENTICATED
