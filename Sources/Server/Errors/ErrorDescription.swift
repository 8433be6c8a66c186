import GRPC
import Messages
import Provisioning
import Synchronization

/// Completes every error on its way out: those that the GRPC room makes itself (framing, timeouts,
/// unknown methods, deadlines) get details as all others have them, and each names the policy
/// document that the call was under.
final class ErrorDescription: ServerInterceptor {
  /// Reasons of requests that no handler came to see.
  private enum Unread {
    static let header = "MALFORMED_REQUEST"
    static let size = "REQUEST_TOO_LARGE"
    static let all = [header, size, MessageError.malformedReason, MessageError.tooComplexReason]
  }

  private let policy: @Sendable () -> Policy
  private let recordDenial: @Sendable (Denial) -> Void

  /// - Parameters:
  ///   - policy: the one in force, for calls that came to no other.
  ///   - recordDenial: takes the requests of known callers that cannot be read; nobody waits for
  ///     them.
  init(
    policy: @escaping @Sendable () -> Policy, recordDenial: @escaping @Sendable (Denial) -> Void
  ) {
    self.policy = policy
    self.recordDenial = recordDenial
  }

  func describe(_ error: RPCError, of context: ServerContext) -> RPCError {
    let call = context.principal as? AuthenticatedCall
    let policy = call?.policy ?? policy()
    var details = error.details as? ErrorDetails ?? Self.details(of: error, context, call)
    details.metadata["policy_digest"] = policy.digest
    if let call, call.progress.reference == nil, Unread.all.contains(details.reason) {
      recordDenial(Denial(of: call, reason: details.reason))
    }
    return details.rpcError
  }

  private static func details(
    of error: RPCError, _ context: ServerContext, _ call: AuthenticatedCall?
  ) -> ErrorDetails {
    let reference = call?.progress.reference
    var details = ErrorDetails(
      error.code, error.isOverload ? "OVERLOADED" : reason(error.code), error.message,
      reference: reference)
    if context.descriptor == UserProvisioningService.createUserMethod {
      details.executed = reference == nil ? .no : .unknown
    }
    return details
  }

  private static func reason(_ code: RPCError.Code) -> String {
    switch code {
    case .unimplemented: "UNIMPLEMENTED"
    case .resourceExhausted: Unread.size
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .cancelled: "CANCELLED"
    case .unavailable: "UNAVAILABLE"
    case .unknown: "INTERNAL_FAILURE"
    default: Unread.header
    }
  }
}

/// How far a creation has come: known to the call even when its handler has no time to answer.
struct CreationProgress: ~Copyable, Sendable {
  private let begun = Mutex<CreationReference?>(nil)

  /// The creation that may have reached the upstream; `nil` before the intent.
  var reference: CreationReference? { begun.withLock { $0 } }

  func begin(_ reference: CreationReference) {
    begun.withLock { $0 = reference }
  }
}
