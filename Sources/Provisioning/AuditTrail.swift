/// A user as it may stand in the audit trail: by its name in one pool.
package struct UserInPool: Equatable, Sendable {
  package var pool: UserPool
  package var username: String

  package init(pool: UserPool, username: String) {
    self.pool = pool
    self.username = username
  }
}

/// Which events a reader wants; every given condition must hold.
package struct AuditQuery: Equatable, Sendable {
  package var creationID: Identifier?
  package var requestID: String?
  package var callerID: String?
  /// Any of these; `nil`: events of every user, and of none.
  package var users: [UserInPool]?
  package var kind: AuditEvent.Kind?
  /// Microseconds of the Unix epoch: events at or after it.
  package var startTime: Int64?
  /// Microseconds of the Unix epoch: events before it.
  package var endTime: Int64?
  /// `nil`: every organization.
  package var organizations: Set<String>?
  /// 1...1000
  package var pageSize: Int
  /// Empty for the first page, else the token of the page before.
  package var pageToken: String

  package init(
    creationID: Identifier? = nil, requestID: String? = nil, callerID: String? = nil,
    users: [UserInPool]? = nil, kind: AuditEvent.Kind? = nil, startTime: Int64? = nil,
    endTime: Int64? = nil, organizations: Set<String>? = nil, pageSize: Int = 50,
    pageToken: String = ""
  ) {
    self.creationID = creationID
    self.requestID = requestID
    self.callerID = callerID
    self.users = users
    self.kind = kind
    self.startTime = startTime
    self.endTime = endTime
    self.organizations = organizations
    self.pageSize = pageSize
    self.pageToken = pageToken
  }
}

package struct AuditPage: Equatable, Sendable {
  /// Newest first. Fewer than asked for, even none, do not mean that there are no more.
  package var events: [AuditEvent]
  /// Empty: there are no more.
  package var nextPageToken: String

  package init(events: [AuditEvent], nextPageToken: String) {
    self.events = events
    self.nextPageToken = nextPageToken
  }
}

/// That somebody read the audit trail.
package struct AuditReading: Equatable, Sendable {
  package enum Kind: Sendable {
    /// Events were listed, or one of them was asked for.
    case query
    /// The trail began to be followed.
    case tail
    /// The trail was written to a file or a stream.
    case export
  }

  package var kind: Kind
  package var origin: CallOrigin
  /// The organization that was asked for; empty: all that the reader may see.
  package var organization: String
  package var policyDigest: String
  /// The conditions that were given, by their names in the request; no values.
  package var fields: [String]

  package init(
    kind: Kind, origin: CallOrigin, organization: String, policyDigest: String, fields: [String]
  ) {
    self.kind = kind
    self.origin = origin
    self.organization = organization
    self.policyDigest = policyDigest
    self.fields = fields
  }
}

/// An event in its place in the order of the journal.
package struct TailedEvent: Equatable, Sendable {
  /// From 0, without gaps.
  package var index: Int64
  /// `nil` where the record is not kept any more.
  package var event: AuditEvent?

  package init(index: Int64, event: AuditEvent?) {
    self.index = index
    self.event = event
  }
}

/// The audit trail for its readers.
package protocol AuditTrail: Sendable {
  func events(_ query: AuditQuery) async throws(JournalError) -> AuditPage
  func event(_ id: Identifier) async throws(JournalError) -> AuditEvent?

  /// The index of the event that somebody who follows the trail comes to first.
  ///
  /// - Parameter position: that of the last event seen; empty: the next event that is recorded;
  ///   "beginning": the first of all.
  /// - Throws: ``JournalError/invalidQuery(_:)`` for a position that this journal never gave.
  func tailStart(_ position: String) async throws(JournalError) -> Int64

  /// Some events from an index on, in their order, every one once. Waits for the first of them.
  ///
  /// - Parameter deadline: when it waits no longer, and gives none.
  func tailedEvents(
    from index: Int64, waitingUntil deadline: ContinuousClock.Instant
  ) async throws(JournalError) -> [TailedEvent]

  /// What ``tailStart(_:)`` takes to begin at an index.
  func position(of index: Int64) -> String

  /// Records that the trail was read, without being waited for: readings of one reader that are
  /// alike within a minute in one record.
  func record(_ reading: AuditReading)
}
