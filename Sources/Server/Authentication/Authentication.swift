import GRPC
import Provisioning

/// Turns a call's credentials into the caller that the policy knows, before its message is sent, and
/// counts the call against the caller's rate.
///
/// Every credential that is presented must be valid: a bad token never falls back to the anonymous
/// caller.
final class Authentication: ServerInterceptor {
  private let policy: @Sendable () -> PolicyInForce
  private let openServices: [String]
  private let clock: any WallClock
  private let recordDenial: @Sendable (Denial) -> Void

  /// Longest `x-on-behalf-of`, in characters.
  static let maximumOnBehalfOf = 128

  /// - Parameters:
  ///   - policy: asked once for each call, so that a reload never changes the rules in the middle of
  ///     one.
  ///   - openServices: those that anybody may call, and that no credential is looked at for; a few,
  ///     which are compared sooner than hashed.
  ///   - recordDenial: takes the refusals made here; nobody waits for them.
  init(
    policy: @escaping @Sendable () -> PolicyInForce, openServices: [String],
    clock: any WallClock, recordDenial: @escaping @Sendable (Denial) -> Void
  ) {
    self.policy = policy
    self.openServices = openServices
    self.clock = clock
    self.recordDenial = recordDenial
  }

  func callDidArrive(_ context: inout ServerContext) throws(RPCError) {
    if openServices.contains(context.descriptor.service) { return }
    let current = policy()
    let known = try caller(of: context, current)
    if let wait = known.wait(at: context.startTime) {
      recordDenial(Denial(tooMany: known.caller, context, current.policy))
      throw Self.rateLimited(known.caller, wait)
    }
    var onBehalfOf = context.metadata.firstString(forKey: "x-on-behalf-of")
    var violations: [Violation] = []
    if let text = onBehalfOf, !Self.isOpaqueID(text) {
      onBehalfOf = nil
      violations.append(
        Violation(
          field: "x-on-behalf-of",
          description: "must be 1 to \(Self.maximumOnBehalfOf) printable ASCII characters"))
    }
    context.principal = AuthenticatedCall(
      known, under: current.policy,
      origin: CallOrigin(
        callerID: known.caller.id, authentication: known.caller.authentication,
        onBehalfOf: onBehalfOf, peer: context.peer),
      violations: violations)
  }

  private func caller(
    of context: ServerContext, _ current: PolicyInForce
  ) throws(RPCError) -> KnownCaller {
    do {
      return try current.authenticator.caller(of: context) { clock.now().seconds }
    } catch {
      recordDenial(Denial(error, context, current.policy))
      throw Self.unauthenticated
    }
  }

  /// The same for every reason: a refusal is no oracle.
  static var unauthenticated: RPCError {
    ErrorDetails(
      .unauthenticated, unauthenticatedReason, "The call carries no valid credential.",
      executed: .no
    ).rpcError
  }

  fileprivate static let unauthenticatedReason = "UNAUTHENTICATED"
  fileprivate static let rateLimitedReason = "RATE_LIMITED"

  private static func rateLimited(_ caller: Caller, _ wait: Duration) -> RPCError {
    var details = ErrorDetails(
      .resourceExhausted, rateLimitedReason, "The caller calls more often than its rate allows.",
      executed: .no,
      // Whole milliseconds, and never one too few.
      retryAfter: .milliseconds((wait + .nanoseconds(999_999)).milliseconds))
    details.quotaSubject = "caller:\(caller.id)"
    return details.rpcError
  }

  private static func isOpaqueID(_ text: String) -> Bool {
    (1...maximumOnBehalfOf).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }
}

extension Denial {
  fileprivate init(_ failure: AuthenticationFailure, _ context: ServerContext, _ policy: Policy) {
    self.init(
      origin: CallOrigin(
        callerID: "", authentication: .unauthenticated, onBehalfOf: nil, peer: context.peer),
      organization: "", policyDigest: policy.digest, requestID: "",
      reason: Authentication.unauthenticatedReason, fields: failure.field.map { [$0] } ?? [])
  }

  fileprivate init(tooMany caller: Caller, _ context: ServerContext, _ policy: Policy) {
    self.init(
      origin: CallOrigin(
        callerID: caller.id, authentication: caller.authentication, onBehalfOf: nil,
        peer: context.peer),
      organization: "", policyDigest: policy.digest, requestID: "",
      reason: Authentication.rateLimitedReason, fields: [])
  }
}
