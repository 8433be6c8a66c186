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
  /// `nil`: there are none.
  var receipts: Receipts?
  /// Takes the refusals of readers; nobody waits for them.
  var recordDenial: @Sendable (Denial) -> Void

  func register(with router: inout RPCRouter) {
    router.registerUnary(Self.createUserMethod) { call in
      let request: UserRequest = try call.decode()
      let caller = try call.context.authenticated()
      let isReceiptAsked = request.includeReceipt
      let receipts = self.receipts.flatMap { $0.isAlwaysGiven || isReceiptAsked ? $0 : nil }
      // Given away, so that its lists are changed in place.
      let step = try createUser.prepare(
        consume request, caller: caller.caller, origin: caller.origin,
        violations: caller.violations,
        under: caller.policy, deadline: call.context.deadline)
      switch step {
      case .validated(let result):
        return .answered(try call.reply.answer(CreateUserOutput(result: result)))
      case .creation(let creation):
        return .waiting { [reply = call.reply, createUser] in
          let result = try await createUser.create(creation) { caller.progress.begin($0) }
          return try await Self.answer(result, receipts, by: reply)
        }
      }
    }
    let getCreation = GetCreation(
      creations: creations, receipts: receipts, recordDenial: recordDenial)
    router.registerUnary(MethodDescriptor(service: Self.name, method: "GetCreation")) {
      (request: ServerRequest<ReceivedMessage<ProvisioningV1.GetCreationRequest>>, context) in
      ServerResponse(message: try await getCreation(request.message, context.authenticated()))
    }
  }

  /// A function of its own: a call that waits for its creation has no room in its frame for this.
  @inline(never)
  private static func answer(
    _ result: CreateUserResult, _ receipts: Receipts?, by reply: UnaryReply
  ) async throws -> CallAnswer {
    let creationID = result.reference.creationID
    return try reply.answer(
      CreateUserOutput(result: result, receipt: await receipts?.receipt(of: creationID)),
      trailingMetadata: ["x-creation-id": creationID.description])
  }
}
