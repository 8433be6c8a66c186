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
  /// Tells when the service ends.
  var health: HealthReporter
  var currentPolicy: @Sendable () -> Policy
  var clock: any WallClock
  /// Takes the refusals made here; nobody waits for them.
  var recordDenial: @Sendable (Denial) -> Void

  func register(with router: inout RPCRouter) {
    router.registerUnary(MethodDescriptor(service: Self.name, method: "ListAuditEvents")) {
      (request: ServerRequest<ReceivedMessage<ProvisioningV1.ListAuditEventsRequest>>, context) in
      ServerResponse(message: try await list(request.message, reader(context)))
    }
    router.registerUnary(MethodDescriptor(service: Self.name, method: "GetAuditEvent")) {
      (request: ServerRequest<ReceivedMessage<ProvisioningV1.GetAuditEventRequest>>, context) in
      ServerResponse(message: try await get(request.message, reader(context)))
    }
    router.registerServerStreaming(MethodDescriptor(service: Self.name, method: "TailAuditEvents"))
    {
      (
        request: ServerRequest<ReceivedMessage<ProvisioningV1.TailAuditEventsRequest>>, context,
        writer: RPCWriter<AuditTail.Response>
      ) in
      try await tail(request.message, reader(context), writer)
      return Metadata()
    }
  }

  /// - Throws: UNAUTHENTICATED or PERMISSION_DENIED.
  func reader(_ context: ServerContext) throws(RPCError) -> AuthenticatedCall {
    let call = try context.authenticated()
    guard call.caller.permissions.contains(.readAudit) else {
      throw refuse(call, .permissionMissing(.readAudit), fields: [])
    }
    return call
  }

  func refuse(_ call: AuthenticatedCall, _ refusal: Refusal, fields: [String]) -> RPCError {
    recordDenial(Denial(of: call, reason: refusal.reason, fields: fields))
    return ProvisioningError.refused(refusal).rpcError
  }

  private func list(
    _ message: ReceivedMessage<ProvisioningV1.ListAuditEventsRequest>, _ call: AuthenticatedCall
  ) async throws(RPCError) -> ProvisioningV1.ListAuditEventsResponse {
    let request = message.content
    try checkOrganization(request.organization, call)
    try call.checkTexts(unreadable: message.invalidTexts, recordDenial)
    let query = try AuditQuery(request, call: call)
    trail.record(
      AuditReading(
        .query, by: call, organization: request.organization, fields: request.conditions))
    do {
      return ProvisioningV1.ListAuditEventsResponse(try await trail.events(query))
    } catch {
      throw error.readerError
    }
  }

  /// - Throws: PERMISSION_DENIED for an organization that is asked for and not granted.
  func checkOrganization(_ name: String, _ call: AuthenticatedCall) throws(RPCError) {
    if !name.isEmpty, !call.caller.organizations.contains(name) {
      throw refuse(call, .organizationNotGranted, fields: ["organization"])
    }
  }

  private func get(
    _ message: ReceivedMessage<ProvisioningV1.GetAuditEventRequest>, _ call: AuthenticatedCall
  ) async throws(RPCError) -> ProvisioningV1.GetAuditEventResponse {
    try call.checkTexts(unreadable: message.invalidTexts, recordDenial)
    guard let id = Identifier(message.content.eventID) else {
      throw ProvisioningError.invalid([
        Violation(field: "event_id", description: "must be a UUID in its 36-character form")
      ]).rpcError
    }
    trail.record(AuditReading(.query, by: call, organization: "", fields: ["event_id"]))
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

extension AuditReading {
  /// - Parameter organization: only one of the policy is named; a caller who is granted all of them
  ///   can ask for any text.
  init(_ kind: Kind, by call: AuthenticatedCall, organization: String, fields: [String]) {
    self.init(
      kind: kind, origin: call.origin,
      organization: call.policy.organizationNames.contains(organization) ? organization : "",
      policyDigest: call.policy.digest, fields: fields)
  }
}

extension JournalError {
  /// What somebody is told who reads pages.
  var readerError: RPCError {
    readerError("page_token", "must be a next_page_token of the same query")
  }

  /// What somebody is told who reads.
  ///
  /// - Parameters:
  ///   - field: the only one that the journal itself judges.
  ///   - accepted: what may stand there.
  func readerError(_ field: String, _ accepted: String) -> RPCError {
    switch self {
    case .invalidQuery:
      ProvisioningError.invalid([Violation(field: field, description: accepted)]).rpcError
    case .unavailable, .outcomeNotRecorded:
      ErrorDetails(
        .unavailable, "AUDIT_UNAVAILABLE", "The audit journal cannot be read.",
        retryAfter: .seconds(1)
      ).rpcError
    }
  }
}
