/// HMAC-SHA256 under a key of the journal: 32 bytes.
package struct KeyedHash: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }
}

/// The scope of an idempotency key: the same id of two callers is two creations.
package struct CreationKey: Hashable, Sendable {
  package var callerID: String
  /// A UUID in its lower-case text form.
  package var requestID: String

  package init(callerID: String, requestID: String) {
    self.callerID = callerID
    self.requestID = requestID
  }
}

/// The names in a pool of which only one creation at a time may be in flight: Cognito answers a race
/// for an alias with an error and a second account.
package struct NameClaims: Hashable, Sendable {
  package var user: KeyedHash
  package var email: KeyedHash?
  package var phone: KeyedHash?

  package init(user: KeyedHash, email: KeyedHash? = nil, phone: KeyedHash? = nil) {
    self.user = user
    self.email = email
    self.phone = phone
  }
}

/// What a change of a creation rests on: it is refused when the row has another one by now.
package struct CreationStamp: Hashable, Sendable {
  package var creationID: Identifier
  package var state: CreationState
  package var attempt: Int
  package var fence: Int

  package init(creationID: Identifier, state: CreationState, attempt: Int, fence: Int) {
    self.creationID = creationID
    self.state = state
    self.attempt = attempt
    self.fence = fence
  }
}

/// One creation as the journal keeps it. Times are microseconds of the Unix epoch, by the clock of
/// the replica that wrote them.
package struct Creation: Equatable, Sendable {
  /// What is sent, on each attempt; its temporary password is left out, see
  /// ``UserSpecification/withoutPassword``.
  package var intent: CreationIntent
  /// Of the caller's request, under a key that is kept as long as the row.
  package var fingerprint: KeyedHash
  package var claims: NameClaims
  package var state = CreationState.intent
  /// From 1; one more only after an attempt that was not executed.
  package var attempt = 1
  /// From 1; one more with each new holder of the lease, so that an earlier one writes no more.
  package var fence = 1
  /// Up to when the holder is taken to be alive.
  package var leaseEnd: Int64
  package var createTime: Int64
  package var updateTime: Int64
  /// When the intent of the last attempt was made.
  package var attemptTime: Int64
  /// The earliest time at which a user can be this creation's: its intent, or that of the first
  /// attempt whose end nobody saw.
  package var evidenceStart: Int64
  /// When the upstream's answer came or the wait for it ended; `nil` when nobody saw it.
  package var sendEnd: Int64?
  /// The upstream's answer, or what took its place; `nil` while it is on its way.
  package var answer: DirectoryAnswer?
  package var evidence: Evidence?
  package var operatorVerdict: OperatorVerdict?
  /// Whether what the journal had sealed of it is gone: what was asked for and what was answered are
  /// not known any more. What it came to is.
  package var isErased = false

  /// A creation that is about to be attempted for the first time.
  package init(
    intent: CreationIntent, fingerprint: KeyedHash, claims: NameClaims, now: Int64,
    leaseEnd: Int64
  ) {
    self.intent = intent
    self.fingerprint = fingerprint
    self.claims = claims
    self.leaseEnd = leaseEnd
    createTime = now
    updateTime = now
    attemptTime = now
    evidenceStart = now
  }

  package var id: Identifier { intent.reference.creationID }

  package var key: CreationKey {
    CreationKey(callerID: intent.origin.callerID, requestID: intent.reference.requestID)
  }

  package var stamp: CreationStamp {
    CreationStamp(creationID: id, state: state, attempt: attempt, fence: fence)
  }

  package var isResend: Bool { intent.specification.messageAction == .resend }
}
