import Provisioning

extension AuditEvent {
  /// The event of a creation that reached its end.
  ///
  /// - Parameter wallMicroseconds: when the end was known; the effect began `duration` before.
  init(
    id: Identifier, intent: CreationIntent, answer: DirectoryAnswer, userHash: String,
    wallMicroseconds: Int64, duration: Duration
  ) {
    self.init(
      id: id, kind: .failed, wallMicroseconds: wallMicroseconds,
      durationMicroseconds: duration.microseconds, creationID: intent.reference.creationID,
      requestID: Self.canonical(requestID: intent.reference.requestID), origin: intent.origin,
      organization: intent.organization, pool: intent.specification.pool,
      policyDigest: intent.policyDigest, decisions: intent.decisions, userHash: userHash)
    switch answer {
    case .success(let created):
      kind = intent.specification.messageAction == .resend ? .resent : .created
      sub = created.user.sub.isEmpty ? nil : created.user.sub
      invitation = created.invitation
      trace = created.trace
    case .failure(let failure):
      kind = failure.executed == .unknown ? .inDoubt : .failed
      trace = failure.trace
      reason = failure.reason
    }
  }

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
