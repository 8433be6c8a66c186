import GRPCCore
import GRPCProtobuf

/// `CreateUser` alone: decodes, applies the defaults of policy.yaml, answers; where there is an
/// upstream, sends the creation there first.
struct CreateUserService: RegistrableRPCService {
  let upstream: Upstream?

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: MethodDescriptor(
        fullyQualifiedService: "provisioning.v1.UserProvisioningService", method: "CreateUser"),
      deserializer: ProtobufDeserializer<Provisioning_V1_CreateUserRequest>(),
      serializer: ProtobufSerializer<Provisioning_V1_CreateUserResponse>()
    ) { request, _ in
      StreamingServerResponse(
        single: try await create(ServerRequest(stream: request).message))
    }
  }

  private func create(
    _ request: consuming Provisioning_V1_CreateUserRequest
  ) async throws -> ServerResponse<Provisioning_V1_CreateUserResponse> {
    request.applyDefaults()
    guard let upstream else {
      return ServerResponse(message: .validated(request))
    }
    let user = try await upstream.create(request)
    let response = Provisioning_V1_CreateUserResponse.created(user, asked: request)
    return ServerResponse(
      message: response, trailingMetadata: ["x-creation-id": "\(response.creationID)"])
  }
}
