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
    let error = error.details == nil ? Self.details(of: error, context, call).rpcError : error
    var status =
      error.details.flatMap { try? GoogleRPC.Status(serializedBytes: $0.span) }
      ?? GoogleRPC.Status(code: Int32(error.code.rawValue), message: error.message)
    let reason = status.addToInfo("policy_digest", policy.digest)
    if let call, call.progress.reference == nil, Unread.all.contains(reason) {
      recordDenial(Denial(of: call, reason: reason))
    }
    return RPCError(error, details: status.serialized())
  }

  private static func details(
    of error: RPCError, _ context: ServerContext, _ call: AuthenticatedCall?
  ) -> ErrorDetails {
    let reference = call?.progress.reference
    var details = ErrorDetails(
      error.code, reason(error.code), error.message, reference: reference)
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

extension GoogleRPC.Status {
  /// Adds to the metadata of the ErrorInfo.
  ///
  /// - Returns: its reason.
  fileprivate mutating func addToInfo(_ key: String, _ value: String) -> String {
    for index in details.indices {
      guard var info = try? details[index].unpacked(as: GoogleRPC.ErrorInfo.self) else { continue }
      info.metadata[key] = value
      details[index] = GoogleProtobuf.AnyMessage(info)
      return info.reason
    }
    return ""
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
