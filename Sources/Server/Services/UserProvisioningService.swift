import GRPC
import Messages
import Provisioning

/// `provisioning.v1.UserProvisioningService`: decodes, calls the use case, encodes. Methods of the
/// contract that are not registered answer UNIMPLEMENTED.
struct UserProvisioningService: Sendable {
  static let name = "provisioning.v1.UserProvisioningService"

  static let createUserMethod = MethodDescriptor(service: name, method: "CreateUser")

  var createUser: CreateUser
  var creations: any Creations

  func register(with router: inout RPCRouter) {
    router.registerUnary(Self.createUserMethod) { call in
      let request: UserRequest = try call.decode()
      let caller = try call.context.authenticated()
      switch try prepare(request, of: caller, deadline: call.context.deadline) {
      case .validated(let result):
        return .answered(try call.answer(CreateUserOutput(result: result)))
      case .creation(let creation):
        return .waiting {
          let result = try await create(creation, of: caller)
          let creationID = result.reference.creationID.description
          return try call.answer(
            CreateUserOutput(result: result), trailingMetadata: ["x-creation-id": creationID])
        }
      }
    }
    let getCreation = GetCreation(creations: creations)
    router.registerUnary(MethodDescriptor(service: Self.name, method: "GetCreation")) {
      (request: ServerRequest<ProvisioningV1.GetCreationRequest>, context) in
      ServerResponse(message: try await getCreation(request.message, context.authenticated()))
    }
  }
  private func prepare(
    _ request: consuming UserRequest, of call: AuthenticatedCall,
    deadline: ContinuousClock.Instant?
  ) throws(RPCError) -> CreateUser.Preparation {
    do throws(ProvisioningError) {
      return try createUser.prepare(
        request, caller: call.caller, origin: call.origin, violations: call.violations,
        under: call.policy, deadline: deadline)
    } catch {
      throw error.rpcError(under: call.policy)
    }
  }

  private func create(
    _ creation: CreationRequest, of call: AuthenticatedCall
  ) async throws(RPCError) -> CreateUserResult {
    do throws(ProvisioningError) {
      return try await createUser.create(creation) { call.progress.begin($0) }
    } catch {
      throw error.rpcError(under: call.policy)
    }
  }
}
