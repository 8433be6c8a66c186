import GRPC
import Messages
import Provisioning

/// `provisioning.v1.UserProvisioningService`: decodes, calls the use case, encodes. Methods of the
/// contract that are not registered answer UNIMPLEMENTED.
struct UserProvisioningService: Sendable {
  static let name = "provisioning.v1.UserProvisioningService"

  static let createUserMethod = MethodDescriptor(service: name, method: "CreateUser")

  var createUser: CreateUser

  func register(with router: inout RPCRouter) {
    router.registerUnary(Self.createUserMethod) {
      (request: ServerRequest<CreateUserInput>, context) in
      try await respond(to: request.message, context)
    }
  }

  private func respond(
    to input: CreateUserInput, _ context: ServerContext
  ) async throws -> ServerResponse<CreateUserOutput> {
    let call = try context.authenticated()
    let result = try await createUser(
      input.request, caller: call.caller, origin: call.origin, under: call.policy,
      deadline: context.deadline, willBegin: { call.progress.begin($0) })
    var trailers = Metadata()
    if case .created = result.outcome {
      trailers.addString(result.reference.creationID.description, forKey: "x-creation-id")
    }
    return ServerResponse(message: CreateUserOutput(result: result), trailingMetadata: trailers)
  }
}
