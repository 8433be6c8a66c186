import GRPC
import Messages
import Provisioning

/// `GetPolicy` of `provisioning.v1.UserProvisioningService`: the rules of one organization for
/// those who may read them.
struct PolicyReading: Sendable {
  static let method = MethodDescriptor(
    service: UserProvisioningService.name, method: "GetPolicy")

  /// Takes the refusals made here; nobody waits for them.
  var recordDenial: @Sendable (Denial) -> Void

  func register(with router: inout RPCRouter) {
    router.registerUnary(Self.method) {
      (request: ServerRequest<ReceivedMessage<ProvisioningV1.GetPolicyRequest>>, context) in
      ServerResponse(message: try respond(to: request.message, context.authenticated()))
    }
  }

  /// - Throws: PERMISSION_DENIED, the same for an organization that is not granted and for none;
  ///   INVALID_ARGUMENT for texts that are none.
  private func respond(
    to request: ReceivedMessage<ProvisioningV1.GetPolicyRequest>, _ call: AuthenticatedCall
  ) throws(RPCError) -> ProvisioningV1.GetPolicyResponse {
    let policy = call.policy
    let organization = request.content.organization
    guard call.caller.organizations.contains(organization),
      let rules = policy.effectiveRules(of: organization)
    else {
      guard request.invalidTexts.isEmpty else {
        // What is no text names no organization that could be refused.
        throw call.refuse(unreadable: request.invalidTexts, recordDenial)
      }
      throw refuse(.organizationNotGranted, call)
    }
    guard call.caller.permissions.contains(.readPolicy) else {
      throw refuse(.permissionMissing(.readPolicy), call)
    }
    try call.checkTexts(recordDenial)
    return ProvisioningV1.GetPolicyResponse(
      organization: organization, policyDigest: policy.digest,
      rulesYaml: PolicyRulesText.render(rules))
  }

  private func refuse(_ refusal: Refusal, _ call: AuthenticatedCall) -> RPCError {
    recordDenial(Denial(of: call, reason: refusal.reason))
    return ProvisioningError.refused(refusal).rpcError
  }
}
