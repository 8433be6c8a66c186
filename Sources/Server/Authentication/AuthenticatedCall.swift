import GRPC
import Provisioning

/// A caller that proved who it is, and where its call comes from. An object, because a call hands it
/// on at each step.
final class AuthenticatedCall: Sendable {
  /// The policy that knows the caller: it holds for the whole call.
  let policy: Policy
  let origin: CallOrigin
  /// What is wrong with the call's metadata: for after the authorization.
  let violations: [Violation]
  let progress = CreationProgress()
  private let known: KnownCaller

  init(
    _ known: KnownCaller, under policy: Policy, origin: CallOrigin, violations: [Violation]
  ) {
    self.known = known
    self.violations = violations
    self.policy = policy
    self.origin = origin
  }

  var caller: Caller { known.caller }

  /// For methods whose messages no policy validates: called once the call is authorized.
  ///
  /// - Parameter unreadable: paths of the message's texts that are none.
  /// - Throws: INVALID_ARGUMENT for them and for the metadata, which is recorded.
  func checkTexts(
    unreadable: [String] = [], _ recordDenial: (Denial) -> Void
  ) throws(RPCError) {
    guard violations.isEmpty, unreadable.isEmpty else {
      throw refuse(unreadable: unreadable, recordDenial)
    }
  }

  /// Records that texts of the call are none.
  ///
  /// - Returns: INVALID_ARGUMENT for them and for the metadata.
  func refuse(unreadable: [String], _ recordDenial: (Denial) -> Void) -> RPCError {
    let violations = violations + unreadable.map(Violation.init(unreadable:))
    recordDenial(
      Denial(
        of: self, reason: ProvisioningError.invalidReason, fields: violations.map(\.field)))
    return ProvisioningError.invalid(violations).rpcError
  }
}

extension ServerContext {
  /// What ``Authentication`` found out.
  ///
  /// - Throws: UNAUTHENTICATED where no interceptor authenticated the call.
  func authenticated() throws(RPCError) -> AuthenticatedCall {
    guard let call = principal as? AuthenticatedCall else { throw Authentication.unauthenticated }
    return call
  }
}

extension Denial {
  /// A refusal of a known caller that belongs to no organization.
  init(of call: AuthenticatedCall, reason: String, fields: [String] = []) {
    self.init(
      origin: call.origin, organization: "", policyDigest: call.policy.digest, requestID: "",
      reason: reason, fields: fields)
  }
}
