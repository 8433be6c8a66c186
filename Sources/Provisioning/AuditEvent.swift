/// Who called, from where, and for whom.
package struct CallOrigin: Equatable, Sendable {
  package var callerID: String
  package var authentication: CallerAuthentication
  /// `x-on-behalf-of`: recorded, never trusted.
  package var onBehalfOf: String?
  /// The peer's address, without its port.
  package var peer: String

  package init(
    callerID: String, authentication: CallerAuthentication, onBehalfOf: String?, peer: String
  ) {
    self.callerID = callerID
    self.authentication = authentication
    self.onBehalfOf = onBehalfOf
    self.peer = peer
  }
}

/// A creation that is about to reach the upstream. An object, because a call hands it on at each
/// step.
package final class CreationIntent: Equatable, Sendable {
  package let reference: CreationReference
  package let origin: CallOrigin
  package let organization: String
  package let policyDigest: String
  package let decisions: [PolicyDecision]
  package let specification: UserSpecification

  package init(
    reference: CreationReference,
    origin: CallOrigin,
    organization: String,
    policyDigest: String,
    decisions: [PolicyDecision],
    specification: UserSpecification
  ) {
    self.reference = reference
    self.origin = origin
    self.organization = organization
    self.policyDigest = policyDigest
    self.decisions = decisions
    self.specification = specification
  }

  /// The same intent of another call.
  package func with(_ specification: UserSpecification) -> CreationIntent {
    guard specification !== self.specification else { return self }
    return CreationIntent(
      reference: reference, origin: origin, organization: organization,
      policyDigest: policyDigest, decisions: decisions, specification: specification)
  }

  package static func == (a: CreationIntent, b: CreationIntent) -> Bool {
    a.reference == b.reference && a.origin == b.origin && a.organization == b.organization
      && a.policyDigest == b.policyDigest && a.decisions == b.decisions
      && a.specification == b.specification
  }
}

/// A call that was refused before it could reach the upstream.
package struct Denial: Equatable, Sendable {
  package var origin: CallOrigin
  package var organization: String
  package var policyDigest: String
  package var requestID: String
  /// UPPER_SNAKE_CASE, as in ErrorInfo.
  package var reason: String
  /// Field paths of what was wrong; no values.
  package var fields: [String]

  package init(
    origin: CallOrigin, organization: String, policyDigest: String, requestID: String,
    reason: String, fields: [String]
  ) {
    self.origin = origin
    self.organization = organization
    self.policyDigest = policyDigest
    self.requestID = requestID
    self.reason = reason
    self.fields = fields
  }
}

/// One record of the audit trail, as it can be read back: redacted by construction. A user name is
/// there only as a keyed hash.
package struct AuditEvent: Equatable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// The user stands in the directory.
    case created
    /// An invitation was sent again.
    case resent
    /// The upstream or the way to it refused; no user was created.
    case failed
    /// The answer was lost: the user may exist.
    case inDoubt
    /// Refused here; nothing was sent.
    case denied
    /// A creation is about to reach the upstream.
    case intended
    /// The user of a creation in doubt was found, and that creation made it.
    case reconciledCreated
    /// The user of a creation in doubt does not exist.
    case reconciledAbsent
    /// The user of a creation in doubt exists, but that creation did not make it.
    case existsForeign
    /// No verdict was found on a creation in doubt.
    case unresolved
    /// An operator gave the verdict.
    case operatorResolved
    /// The service is about to serve.
    case started
    /// The service was told to stop, and has served its last call.
    case stopped
    /// Events were listed, or one of them was asked for.
    case auditQueried
    /// The trail began to be followed.
    case auditTailed
    /// The trail was written to a file or a stream.
    case auditExported
    /// Another policy document came into force.
    case policyChanged
    /// The journal's keys of a new epoch were made: names are hashed with them from now on. Or, as the
    /// reason says, the next key that signs checkpoints.
    case keysRotated
    /// The keys of an epoch were destroyed: no name is found any more in what they have made.
    case keysDestroyed
    /// What the journal had sealed of a creation was erased.
    case erased
    /// The bodies of old records were removed; their hashes stay.
    case recordsExpired
    /// An operator copied the journal.
    case backedUp
  }

  package var id: Identifier
  package var kind: Kind
  /// Microseconds of the Unix epoch.
  package var wallMicroseconds: Int64
  package var durationMicroseconds: Int64?
  /// `nil` for a denial, and for an event of the service itself.
  package var creationID: Identifier?
  package var requestID: String
  package var origin: CallOrigin
  package var organization: String
  package var pool: UserPool?
  package var policyDigest: String
  package var decisions: [PolicyDecision]
  /// `nil` where the event is about no user, or before its name was looked at.
  package var names: NameHashes?
  package var sub: String?
  package var invitation: Invitation?
  package var trace: UpstreamTrace?
  /// UPPER_SNAKE_CASE reason of a failure or a denial.
  package var reason: String?
  /// Field paths of a denial; the conditions that a reading of the trail had.
  package var fields: [String]
  /// How many denials or readings the event stands for; the first of them came
  /// `durationMicroseconds` before the last. `nil` for an event that stands for itself.
  package var count: Int64?
  /// Of a creation: which attempt, from 1.
  package var attempt: Int?
  /// Of a creation: the number of the lease that the record was written under.
  package var fence: Int?
  /// What a verdict on a creation in doubt rests on.
  package var evidence: Evidence?
  /// Of a change of the journal's keys: the epoch that was made or destroyed.
  package var keyEpoch: Int?

  package init(
    id: Identifier, kind: Kind, wallMicroseconds: Int64, durationMicroseconds: Int64? = nil,
    creationID: Identifier? = nil, requestID: String, origin: CallOrigin, organization: String,
    pool: UserPool? = nil, policyDigest: String, decisions: [PolicyDecision] = [],
    names: NameHashes? = nil, sub: String? = nil, invitation: Invitation? = nil,
    trace: UpstreamTrace? = nil, reason: String? = nil, fields: [String] = [],
    count: Int64? = nil,
    attempt: Int? = nil, fence: Int? = nil, evidence: Evidence? = nil, keyEpoch: Int? = nil
  ) {
    self.id = id
    self.kind = kind
    self.wallMicroseconds = wallMicroseconds
    self.durationMicroseconds = durationMicroseconds
    self.creationID = creationID
    self.requestID = requestID
    self.origin = origin
    self.organization = organization
    self.pool = pool
    self.policyDigest = policyDigest
    self.decisions = decisions
    self.names = names
    self.sub = sub
    self.invitation = invitation
    self.trace = trace
    self.reason = reason
    self.fields = fields
    self.count = count
    self.attempt = attempt
    self.fence = fence
    self.evidence = evidence
    self.keyEpoch = keyEpoch
  }

  /// Keyed hash of pool and user name, in lower-case hexadecimal.
  package var userHash: String? { names?.user }
}
