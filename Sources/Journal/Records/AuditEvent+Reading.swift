import Provisioning

extension AuditEvent {
  /// The event of one reading of the trail.
  init(id: Identifier, reading: AuditReading, wallMicroseconds: Int64) {
    let kind: Kind =
      switch reading.kind {
      case .query: .auditQueried
      case .tail: .auditTailed
      case .export: .auditExported
      }
    self.init(
      id: id, kind: kind, wallMicroseconds: wallMicroseconds, requestID: "",
      origin: reading.origin, organization: reading.organization,
      policyDigest: reading.policyDigest, fields: reading.fields)
  }
}
