import GRPC
import Provisioning
import Synchronization

/// Gives the errors that the GRPC room makes itself (framing, timeouts, unknown methods, deadlines)
/// the details that every error of this service carries.
final class ErrorDescription: ServerInterceptor {
  func describe(_ error: RPCError, of context: ServerContext) -> RPCError {
    guard error.details == nil else { return error }
    let reference = (context.principal as? AuthenticatedCall)?.progress.reference
    var details = ErrorDetails(
      error.code, Self.reason(error.code), error.message, reference: reference)
    if context.descriptor == UserProvisioningService.createUserMethod {
      details.executed = reference == nil ? .no : .unknown
    }
    return details.rpcError
  }

  private static func reason(_ code: RPCError.Code) -> String {
    switch code {
    case .unimplemented: "UNIMPLEMENTED"
    case .resourceExhausted: "REQUEST_TOO_LARGE"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .cancelled: "CANCELLED"
    case .unavailable: "UNAVAILABLE"
    case .unknown: "INTERNAL_FAILURE"
    default: "MALFORMED_REQUEST"
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
