import GRPC
import Provisioning

/// A refusal as texts by field: what people compare.
enum RefusedFields {
  static func texts(of error: ProvisioningError) -> [(field: String, value: String)] {
    let status = error.rpcError
    let (reason, violations): (String, [Violation]) =
      switch error {
      case .refused(.policyForbids(let violations)):
        (Refusal.policyForbids([]).reason, violations)
      case .refused(let refusal): (refusal.reason, [])
      case .invalid(let violations): (ProvisioningError.invalidReason, violations)
      case .deadlineExceeded, .directory, .auditUnavailable, .outcomeNotRecorded, .requestIDReused,
        .inProgress, .nameInProgress, .resolvedAbsent, .upstreamSuspended, .erased:
        ("", [])
      }
    return [
      ("code", FlowValue.text(status.code.name).text), ("reason", FlowValue.text(reason).text),
      ("fields", FlowValue.list(violations.map { .text($0.field) }).text),
    ]
  }

  /// Field and what is accepted, for each thing that is wrong.
  static func sentences(of error: ProvisioningError) -> [String] {
    switch error {
    case .refused(.policyForbids(let violations)), .invalid(let violations):
      violations.map { "\($0.field): \($0.description)" }
    case .refused, .deadlineExceeded, .directory, .auditUnavailable, .outcomeNotRecorded,
      .requestIDReused,
      .inProgress, .nameInProgress, .resolvedAbsent, .upstreamSuspended, .erased:
      []
    }
  }
}
