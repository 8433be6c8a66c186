package import GRPC
import Messages
package import Provisioning

extension ProvisioningError: RPCErrorConvertible {
  package var rpcError: RPCError { errorDetails.rpcError }

  /// The one place where a failure of CreateUser becomes a status: exhaustive, and free of names,
  /// values and passwords.
  var errorDetails: ErrorDetails {
    switch self {
    case .refused(let refusal):
      refusal.errorDetails
    case .invalid(let violations):
      ErrorDetails(
        .invalidArgument, "INVALID_REQUEST",
        "\(violations.count) field(s) of the request are not valid.",
        violations: violations, executed: .no
      )
    case .deadlineExceeded:
      ErrorDetails(
        .deadlineExceeded, "DEADLINE_EXCEEDED", "The deadline passed before anything was sent.",
        executed: .no
      )
    case .directory(let failure, let reference):
      ErrorDetails(failure, reference)
    case .auditUnavailable:
      ErrorDetails(
        .unavailable, "AUDIT_UNAVAILABLE",
        "The audit journal takes no records; nothing was sent.",
        executed: .no, retryAfter: defaultRetryDelay
      )
    case .outcomeNotRecorded(let reference):
      ErrorDetails(
        .inDoubt(reference), "OUTCOME_NOT_RECORDED",
        "The directory answered, but the outcome could not be recorded; the user may exist.",
        executed: .unknown, retryAfter: .inDoubtRetryDelay(reference), reference: reference
      )
    case .requestIDReused:
      ErrorDetails(
        .failedPrecondition, "IDEMPOTENCY_KEY_REUSED",
        "The request_id was used for another request before.", executed: .no,
        preconditionType: "IDEMPOTENCY_KEY_REUSED"
      )
    case .inProgress(let reference, let retryAfter):
      ErrorDetails(
        .aborted, "IN_PROGRESS", "The same creation is under way; ask again later.",
        executed: .unknown, retryAfter: retryAfter, reference: reference
      )
    case .nameInProgress(let retryAfter):
      ErrorDetails(
        .aborted, "NAME_IN_PROGRESS",
        "Another creation of the same user name, e-mail address or phone number is not finished.",
        executed: .no, retryAfter: retryAfter
      )
    case .resolvedAbsent(let reference):
      ErrorDetails(
        .aborted, "RESOLVED_ABSENT",
        "An operator found that this creation made no user; use another request_id.",
        executed: .no, reference: reference
      )
    case .erased(let reference, let executed):
      ErrorDetails(
        .failedPrecondition, "CREATION_ERASED",
        "The answer of this creation was erased; use another request_id.",
        executed: executed, reference: reference, preconditionType: "CREATION_ERASED"
      )
    case .upstreamSuspended(let retryAfter):
      ErrorDetails(
        .unavailable, "UPSTREAM_UNAVAILABLE",
        "Too many answers of the directory were lost; nothing was sent.",
        executed: .no, retryAfter: retryAfter
      )
    }
  }
}

extension Refusal {
  fileprivate var errorDetails: ErrorDetails {
    switch self {
    case .organizationNotGranted:
      ErrorDetails(
        .permissionDenied, "ORGANIZATION_NOT_GRANTED",
        "The organization is not granted to this caller (or it does not exist).", executed: .no)
    case .permissionMissing(let permission):
      ErrorDetails(
        .permissionDenied, "PERMISSION_MISSING",
        "Permission '\(permission.rawValue)' is not granted to this caller.",
        metadata: ["permission": permission.rawValue], executed: .no)
    case .policyForbids(let violations):
      ErrorDetails(
        .permissionDenied, "POLICY_FORBIDS",
        "The organization's policy forbids \(violations.count) field(s) of the request.",
        violations: violations, executed: .no)
    }
  }
}

extension RPCError.Code {
  /// UNAVAILABLE only where a repeat of the same call is safe: the service knows the request id
  /// again, and so does the caller.
  fileprivate static func inDoubt(_ reference: CreationReference) -> RPCError.Code {
    reference.isRepeatable ? .unavailable : .unknown
  }
}

extension Duration? {
  fileprivate static func inDoubtRetryDelay(_ reference: CreationReference) -> Duration? {
    reference.isRepeatable ? CreationTiming().inDoubtRetry : nil
  }
}

extension ErrorDetails {
  fileprivate init(_ failure: DirectoryFailure, _ reference: CreationReference) {
    var code = failure.code
    if code == .unknown { code = .inDoubt(reference) }
    self.init(
      code, failure.reason, failure.message,
      metadata: Self.upstreamMetadata(failure), executed: failure.executed, reference: reference)
    switch code {
    case .unavailable where failure.executed == .unknown:
      retryAfter = .inDoubtRetryDelay(reference)
    case .resourceExhausted where failure.kind == .quotaExceeded:
      retryAfter = quotaRetryDelay
      quotaSubject = "upstream"
    case .resourceExhausted, .unavailable, .aborted:
      retryAfter = failure.retryAfter ?? defaultRetryDelay
    case .failedPrecondition:
      preconditionType = failure.reason
    default: break
    }
    if failure.kind == .invalidPassword {
      violations = [
        Violation(
          field: "temporary_password", description: "must meet the password policy of the pool")
      ]
    }
  }

  /// What the upstream called it: names of its own, no text.
  private static func upstreamMetadata(_ failure: DirectoryFailure) -> [String: String] {
    var metadata: [String: String] = [:]
    metadata["upstream_error"] = failure.trace.errorType
    metadata["upstream_request_id"] = failure.trace.requestID
    metadata["upstream_reason_code"] = failure.reasonCode
    return metadata
  }
}

/// How soon a caller may repeat a call when the upstream gave no hint: the first step of the AWS
/// SDKs' back-off after throttling.
private let defaultRetryDelay = Duration.seconds(1)

/// A daily quota (e.g. e-mails of an account) is not worth asking for sooner.
private let quotaRetryDelay = Duration.seconds(3600 * 24)
