/// One thing wrong with a request. It names the field and what is accepted, never the value.
package struct Violation: Hashable, Sendable {
  /// Field path of the request in the proto's names, e.g. `user_attributes[3].value`.
  package var field: String
  /// What is accepted, as a sentence without its full stop.
  package var description: String

  package init(field: String, description: String) {
    self.field = field
    self.description = description
  }
}

extension Violation {
  /// UTF-8 bytes of the names in one description: a policy may allow many, and an answer repeats them
  /// for each field.
  static let allowedNamesByteCount = 1024

  /// What is accepted where a policy lists it: the first names, and how many more there are.
  static func allowed(_ names: [String]) -> String {
    var room = allowedNamesByteCount
    let told = names.prefix { name in
      room -= name.utf8.count
      return room >= 0
    }
    let text = "allowed: " + told.joined(separator: ", ")
    return told.count == names.count ? text : text + " and \(names.count - told.count) more"
  }

  /// A text that is none.
  package init(unreadable field: String) {
    self.init(field: field, description: "must be valid UTF-8 without an embedded NUL")
  }
}

extension UserRequest {
  var unreadableViolations: [Violation] { unreadableTexts.map(Violation.init(unreadable:)) }
}

/// Why a caller was refused. One answer each, so that a refusal is no oracle: an unknown
/// organization and one that is not granted are the same.
package enum Refusal: Equatable, Sendable {
  case organizationNotGranted
  case permissionMissing(Permission)
  /// Values that the policy does not allow: all of them at once.
  case policyForbids([Violation])
}

/// Whether the user may exist after an error: `ErrorInfo.metadata["executed"]`. `yes` with
/// ALREADY_EXISTS says that it does, though not by this call.
package enum Executed: String, Sendable {
  case no, yes, unknown
}

/// Everything that CreateUser can answer instead of a user. Indirect, as what comes of a call stands
/// in the frames of all tasks that wait for it.
package indirect enum ProvisioningError: Error, Equatable, Sendable {
  case refused(Refusal)
  /// All violations at once.
  case invalid([Violation])
  /// The deadline passed before anything was sent.
  case deadlineExceeded
  /// The directory refused, failed or stayed silent.
  case directory(DirectoryFailure, CreationReference)
  /// The journal cannot take records: nothing was sent.
  case auditUnavailable
  /// The directory answered, but the outcome could not be made durable.
  case outcomeNotRecorded(CreationReference)
  /// The caller used the request id for another request before.
  case requestIDReused
  /// The same creation is under way, or looked after, elsewhere.
  case inProgress(CreationReference, retryAfter: Duration)
  /// Another creation of the same name or alias is in flight.
  case nameInProgress(retryAfter: Duration)
  /// An operator found that this creation made no user.
  case resolvedAbsent(CreationReference)
  /// Too many creations are in doubt: nothing is sent until the upstream answers again.
  case upstreamSuspended(retryAfter: Duration)
  /// The journal has erased what it knew of the creation of this request id.
  case erased(CreationReference, executed: Executed)
}

/// What a caller quotes when it asks what became of a creation.
package struct CreationReference: Hashable, Sendable {
  package var creationID: Identifier
  package var requestID: String
  /// Whether the caller knows the request id: then it can safely make a call in doubt again.
  package var isRepeatable: Bool

  package init(creationID: Identifier, requestID: String, isRepeatable: Bool = false) {
    self.creationID = creationID
    self.requestID = requestID
    self.isRepeatable = isRepeatable
  }
}

extension Refusal {
  /// UPPER_SNAKE_CASE, as in ErrorInfo.
  package var reason: String {
    switch self {
    case .organizationNotGranted: "ORGANIZATION_NOT_GRANTED"
    case .permissionMissing: "PERMISSION_MISSING"
    case .policyForbids: "POLICY_FORBIDS"
    }
  }
}

extension ProvisioningError {
  /// `ErrorInfo.reason` of a request that is not valid.
  package static let invalidReason = "INVALID_REQUEST"

  /// Reason and field paths of a denial; `nil` for an error that is no verdict of ours.
  var denial: (reason: String, fields: [String])? {
    switch self {
    case .refused(let refusal):
      switch refusal {
      case .organizationNotGranted: (refusal.reason, ["organization"])
      case .permissionMissing: (refusal.reason, [])
      case .policyForbids(let violations): (refusal.reason, violations.map(\.field))
      }
    case .invalid(let violations): (Self.invalidReason, violations.map(\.field))
    case .deadlineExceeded, .directory, .auditUnavailable, .outcomeNotRecorded, .requestIDReused,
      .inProgress, .nameInProgress, .resolvedAbsent, .upstreamSuspended, .erased:
      nil
    }
  }
}
