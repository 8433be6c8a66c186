import Messages
import Provisioning

extension ProvisioningV1.ListAuditEventsResponse {
  init(_ page: AuditPage) {
    self.init(
      events: page.events.map(ProvisioningV1.AuditEvent.init), nextPageToken: page.nextPageToken)
  }
}

extension ProvisioningV1.AuditEvent {
  init(_ event: AuditEvent) {
    self.init(
      eventID: event.id.description,
      kind: ProvisioningV1.AuditEventKind(event.kind),
      eventTime: GoogleProtobuf.Timestamp(microseconds: event.wallMicroseconds),
      duration: event.durationMicroseconds.map(GoogleProtobuf.Duration.init(microseconds:)),
      creationID: event.creationID?.description ?? "",
      requestID: event.requestID,
      caller: event.origin.callerID,
      callerAuthentication: ProvisioningV1.CallerAuthentication(event.origin.authentication),
      onBehalfOf: event.origin.onBehalfOf ?? "",
      peer: event.origin.peer,
      organization: event.organization,
      userPoolID: event.pool?.id ?? "",
      region: event.pool?.region ?? "",
      policyDigest: event.policyDigest,
      policyDecisions: event.decisions.map(ProvisioningV1.PolicyDecision.init),
      userHash: event.userHash ?? "",
      sub: event.sub ?? "",
      invitation: event.invitation.map(ProvisioningV1.Invitation.init),
      upstream: event.trace.map(ProvisioningV1.UpstreamTrace.init),
      reason: event.reason ?? "",
      fields: event.fields,
      count: UInt64(clamping: event.count ?? 0),
      emailHash: event.names?.email ?? "",
      phoneHash: event.names?.phone ?? "",
      keyEpoch: UInt64(clamping: event.names?.epoch ?? event.keyEpoch ?? 0))
  }
}

extension ProvisioningV1.AuditEventKind {
  init(_ kind: AuditEvent.Kind) {
    self =
      switch kind {
      case .created: .created
      case .resent: .resent
      case .failed: .failed
      case .inDoubt: .inDoubt
      case .denied: .denied
      case .intended: .intended
      case .reconciledCreated: .reconciledCreated
      case .reconciledAbsent: .reconciledAbsent
      case .existsForeign: .existsForeign
      case .unresolved: .unresolved
      case .operatorResolved: .operatorResolved
      case .started: .started
      case .stopped: .stopped
      case .auditQueried: .auditQueried
      case .auditTailed: .auditTailed
      case .auditExported: .auditExported
      case .policyChanged: .policyChanged
      case .keysRotated: .keysRotated
      case .keysDestroyed: .keysDestroyed
      case .erased: .erased
      case .recordsExpired: .recordsExpired
      case .backedUp: .backedUp
      }
  }
}

extension ProvisioningV1.CallerAuthentication {
  fileprivate init(_ authentication: CallerAuthentication) {
    self =
      switch authentication {
      case .unauthenticated: .unspecified
      case .anonymous: .anonymous
      case .token: .token
      case .certificate: .mtls
      case .jwt: .jwt
      case .operator: .operator
      }
  }
}

extension ProvisioningV1.UpstreamTrace {
  fileprivate init(_ trace: UpstreamTrace) {
    self.init(
      requestID: trace.requestID ?? "", httpStatus: Int32(clamping: trace.httpStatus ?? 0),
      errorType: trace.errorType ?? "")
  }
}

extension GoogleProtobuf.Timestamp {
  init(microseconds: Int64) {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    // Before the epoch the fraction still counts forward (google/protobuf/timestamp.proto).
    let borrow: Int64 = rest < 0 ? 1 : 0
    self.init(
      seconds: seconds - borrow, nanos: Int32((rest + borrow * 1_000_000) * 1000))
  }
}

extension GoogleProtobuf.Duration {
  fileprivate init(microseconds: Int64) {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    self.init(seconds: seconds, nanos: Int32(rest * 1000))
  }

  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.init(seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
  }
}
