import Provisioning

extension AuditEvent {
  /// Request ids are UUIDs, compared without case.
  static func canonical(requestID: String) -> String {
    Identifier(requestID)?.description ?? requestID
  }

  /// Code points of an organization that a refused caller named: a longer one is cut.
  static let organizationLimit = 128
  /// Code points of a field path of a refused request: a longer one is cut.
  static let fieldPathLimit = 256
  /// The first field paths of a refusal tell enough; a message of 4 MiB can have thousands.
  static let fieldLimit = 64

  /// The event of a refused call. Its request id is kept only when it is a UUID: anything else may
  /// be a person's datum that stood in the wrong field.
  init(id: Identifier, denial: Denial, wallMicroseconds: Int64) {
    self.init(
      id: id, kind: .denied, wallMicroseconds: wallMicroseconds,
      requestID: Identifier(denial.requestID)?.description ?? "", origin: denial.origin,
      organization: denial.organization.prefix(codePoints: Self.organizationLimit),
      policyDigest: denial.policyDigest, reason: denial.reason,
      fields: denial.fields.prefix(Self.fieldLimit).map {
        $0.prefix(codePoints: Self.fieldPathLimit)
      })
  }
}

extension String {
  fileprivate func prefix(codePoints limit: Int) -> String {
    String(unicodeScalars.prefix(limit))
  }
}
