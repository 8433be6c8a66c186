import Provisioning

/// What the audit trail says of the service itself.
package enum ServiceChange: Sendable {
  /// It is about to serve.
  case started
  /// It was told to stop, and has served its last call.
  case stopped
  /// Another policy document came into force.
  case policyChanged
}

extension AuditEvent {
  /// The event of a change of the service: it has neither caller nor organization, so that only those
  /// see it who may read of every organization.
  init(id: Identifier, change: ServiceChange, policyDigest: String, wallMicroseconds: Int64) {
    let kind: Kind =
      switch change {
      case .started: .started
      case .stopped: .stopped
      case .policyChanged: .policyChanged
      }
    self.init(
      id: id, ofService: kind, by: nil, policyDigest: policyDigest,
      wallMicroseconds: wallMicroseconds)
  }

  /// The event of something that the service, or an operator, did to the journal or the service.
  ///
  /// - Parameter name: of the operator; `nil`: the service by itself.
  init(
    id: Identifier, ofService kind: Kind, by name: String?, policyDigest: String = "",
    wallMicroseconds: Int64
  ) {
    self.init(
      id: id, kind: kind, wallMicroseconds: wallMicroseconds, requestID: "",
      origin: CallOrigin(
        callerID: name ?? "", authentication: name == nil ? .unauthenticated : .operator,
        onBehalfOf: nil, peer: ""),
      organization: "", policyDigest: policyDigest)
  }
}
