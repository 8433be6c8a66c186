import GRPC
import Messages
import Provisioning

extension AuditQuery {
  /// - Parameter call: of a reader to whom the requested organization is granted.
  /// - Throws: INVALID_ARGUMENT with everything that is wrong.
  init(
    _ request: ProvisioningV1.ListAuditEventsRequest, call: AuthenticatedCall
  ) throws(RPCError) {
    var fields = FieldReader()
    let creationID = fields.identifier(request.creationID, "creation_id")
    let requestID = fields.identifier(request.requestID, "request_id")
    if request.pageSize < 0 { fields.refuse("page_size", "must not be negative") }
    let kind = fields.kind(request.kind)
    let start = fields.microseconds(request.startTime, "start_time")
    let end = fields.microseconds(request.endTime, "end_time")
    if let start, let end, end <= start { fields.refuse("end_time", "must be after start_time") }
    guard fields.violations.isEmpty else {
      throw ProvisioningError.invalid(fields.violations).rpcError
    }
    let organizations = call.caller.organizations(asked: request.organization)
    self.init(
      creationID: creationID, requestID: requestID?.description,
      callerID: request.caller.isEmpty ? nil : request.caller,
      users: request.username.isEmpty
        ? nil : call.policy.users(called: request.username, in: organizations),
      kind: kind, startTime: start, endTime: end, organizations: organizations,
      pageSize: request.pageSize == 0
        ? AuditService.defaultPageSize
        : min(Int(request.pageSize), AuditService.maximumPageSize),
      pageToken: request.pageToken)
  }
}

extension Caller {
  /// The organizations whose events the caller sees; `nil`: all.
  ///
  /// - Parameter name: the one that is asked for, which is granted; empty: every one.
  func organizations(asked name: String) -> Set<String>? {
    if !name.isEmpty { return [name] }
    return switch organizations {
    case .all: nil
    case .only(let names): names
    }
  }
}

extension ProvisioningV1.ListAuditEventsRequest {
  /// The names of the conditions that are given.
  var conditions: [String] {
    [
      ("caller", !caller.isEmpty), ("creation_id", !creationID.isEmpty),
      ("end_time", endTime != nil), ("kind", kind != .unspecified),
      ("organization", !organization.isEmpty), ("request_id", !requestID.isEmpty),
      ("start_time", startTime != nil), ("username", !username.isEmpty),
    ].filter(\.1).map(\.0)
  }
}

/// Reads the fields of a query, and collects what is wrong with them.
private struct FieldReader {
  private(set) var violations: [Violation] = []

  mutating func refuse(_ field: String, _ description: String) {
    violations.append(Violation(field: field, description: description))
  }

  mutating func identifier(_ text: String, _ field: String) -> Identifier? {
    let identifier = Identifier(text)
    if !text.isEmpty, identifier == nil {
      refuse(field, "must be a UUID in its 36-character form")
    }
    return identifier
  }

  mutating func kind(_ kind: ProvisioningV1.AuditEventKind) -> AuditEvent.Kind? {
    guard kind != .unspecified else { return nil }
    let known = AuditEvent.Kind.allCases.first { ProvisioningV1.AuditEventKind($0) == kind }
    if known == nil { refuse("kind", "is no kind of event that this release knows") }
    return known
  }

  /// The first microsecond of the Unix epoch that is not before a time.
  mutating func microseconds(
    _ time: GoogleProtobuf.Timestamp?, _ field: String
  ) -> Int64? {
    guard let time else { return nil }
    guard Self.seconds.contains(time.seconds), Self.nanoseconds.contains(time.nanos) else {
      refuse(field, "must be a time from the year 1 to 9999, with 0 to 999,999,999 nanoseconds")
      return nil
    }
    return time.seconds * 1_000_000 + (Int64(time.nanos) + 999) / 1000
  }

  /// What google/protobuf/timestamp.proto allows.
  private static let seconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
  private static let nanoseconds: ClosedRange<Int32> = 0...999_999_999
}
