import Provisioning

/// What the audit trail says of the service itself.
package enum ServiceChange: Sendable {
  /// It is about to serve.
  case started
  /// It was told to stop, and has served its last call.
  case stopped
}

extension AuditEvent {
  /// The event of a change of the service: it has neither caller nor organization, so that only those
  /// see it who may read of every organization.
  init(id: Identifier, change: ServiceChange, policyDigest: String, wallMicroseconds: Int64) {
    let kind: Kind =
      switch change {
      case .started: .started
      case .stopped: .stopped
      }
    self.init(
      id: id, kind: kind, wallMicroseconds: wallMicroseconds, requestID: "",
      origin: CallOrigin(
        callerID: "", authentication: .unauthenticated, onBehalfOf: nil, peer: ""),
      organization: "", policyDigest: policyDigest)
  }
}
