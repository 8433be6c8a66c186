import GRPC
import Messages
import Provisioning

/// `provisioning.v1.AuditService`: the audit trail for those who may read it, always cut to the
/// organizations that the caller is granted. Methods of the contract that are not registered answer
/// UNIMPLEMENTED.
struct AuditService: Sendable {
  static let name = "provisioning.v1.AuditService"

  /// Page size where the request names none (AIP-158: 0 is the default).
  static let defaultPageSize = 50
  /// More than this is coerced to it (AIP-158).
  static let maximumPageSize = 1000

  var trail: any AuditTrail
  /// Takes the refusals made here; nobody waits for them.
  var recordDenial: @Sendable (Denial) -> Void

  func register(with router: inout RPCRouter) {
    router.registerUnary(MethodDescriptor(service: Self.name, method: "ListAuditEvents")) {
      (request: ServerRequest<ProvisioningV1.ListAuditEventsRequest>, context) in
      ServerResponse(message: try await list(request.message, reader(context)))
    }
    router.registerUnary(MethodDescriptor(service: Self.name, method: "GetAuditEvent")) {
      (request: ServerRequest<ProvisioningV1.GetAuditEventRequest>, context) in
      ServerResponse(message: try await get(request.message, reader(context)))
    }
  }

  /// - Throws: UNAUTHENTICATED or PERMISSION_DENIED.
  private func reader(_ context: ServerContext) throws(RPCError) -> AuthenticatedCall {
    let call = try context.authenticated()
    guard call.caller.permissions.contains(.readAudit) else {
      throw refuse(call, .permissionMissing(.readAudit), fields: [])
    }
    return call
  }

  private func refuse(_ call: AuthenticatedCall, _ refusal: Refusal, fields: [String]) -> RPCError {
    recordDenial(Denial(of: call, reason: refusal.reason, fields: fields))
    return ProvisioningError.refused(refusal).rpcError
  }

  private func list(
    _ request: ProvisioningV1.ListAuditEventsRequest, _ call: AuthenticatedCall
  ) async throws(RPCError) -> ProvisioningV1.ListAuditEventsResponse {
    let caller = call.caller
    if !request.organization.isEmpty, !caller.organizations.contains(request.organization) {
      throw refuse(call, .organizationNotGranted, fields: ["organization"])
    }
    try call.checkMetadata(recordDenial)
    let query = try AuditQuery(request, caller: caller)
    do {
      return ProvisioningV1.ListAuditEventsResponse(try await trail.events(query))
    } catch {
      throw error.readerError
    }
  }

  private func get(
    _ request: ProvisioningV1.GetAuditEventRequest, _ call: AuthenticatedCall
  ) async throws(RPCError) -> ProvisioningV1.GetAuditEventResponse {
    try call.checkMetadata(recordDenial)
    guard let id = Identifier(request.eventID) else {
      throw ProvisioningError.invalid([
        Violation(field: "event_id", description: "must be a UUID in its 36-character form")
      ]).rpcError
    }
    let event: AuditEvent?
    do {
      event = try await trail.event(id)
    } catch {
      throw error.readerError
    }
    // The same answer for an event of somebody else and for none, so that it is no oracle.
    guard let event, call.caller.organizations.contains(event.organization) else {
      throw ErrorDetails(.notFound, "AUDIT_EVENT_NOT_FOUND", "There is no such audit event.")
        .rpcError
    }
    return ProvisioningV1.GetAuditEventResponse(event: ProvisioningV1.AuditEvent(event))
  }
}

extension AuditQuery {
  /// - Parameter caller: to whom the requested organization is granted.
  /// - Throws: INVALID_ARGUMENT with everything that is wrong.
  fileprivate init(
    _ request: ProvisioningV1.ListAuditEventsRequest, caller: Caller
  ) throws(RPCError) {
    var violations: [Violation] = []
    func identifier(_ text: String, _ field: String) -> Identifier? {
      let identifier = Identifier(text)
      if !text.isEmpty, identifier == nil {
        violations.append(
          Violation(field: field, description: "must be a UUID in its 36-character form"))
      }
      return identifier
    }
    let creationID = identifier(request.creationID, "creation_id")
    let requestID = identifier(request.requestID, "request_id")
    if request.pageSize < 0 {
      violations.append(Violation(field: "page_size", description: "must not be negative"))
    }
    violations += request.filtersNotServed.map {
      Violation(field: $0, description: "is not served by this release; must be left out")
    }
    guard violations.isEmpty else { throw ProvisioningError.invalid(violations).rpcError }
    self.init(
      creationID: creationID, requestID: requestID?.description,
      organizations: Self.organizations(request.organization, caller),
      pageSize: request.pageSize == 0
        ? AuditService.defaultPageSize
        : min(Int(request.pageSize), AuditService.maximumPageSize),
      pageToken: request.pageToken)
  }

  private static func organizations(_ requested: String, _ caller: Caller) -> Set<String>? {
    if !requested.isEmpty { return [requested] }
    return switch caller.organizations {
    case .all: nil
    case .only(let names): names
    }
  }
}

extension ProvisioningV1.ListAuditEventsRequest {
  fileprivate var filtersNotServed: [String] {
    [
      ("caller", !caller.isEmpty), ("username", !username.isEmpty), ("kind", kind != .unspecified),
      ("start_time", startTime != nil), ("end_time", endTime != nil),
    ].filter(\.1).map(\.0)
  }
}

extension JournalError {
  /// What somebody is told who reads.
  var readerError: RPCError {
    switch self {
    case .invalidQuery:
      ProvisioningError.invalid([
        Violation(field: "page_token", description: "must be a next_page_token of the same query")
      ]).rpcError
    case .unavailable, .outcomeNotRecorded:
      ErrorDetails(
        .unavailable, "AUDIT_UNAVAILABLE", "The audit journal cannot be read.",
        retryAfter: .seconds(1)
      ).rpcError
    }
  }
}
