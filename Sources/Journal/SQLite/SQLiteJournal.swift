package import Logging
package import Provisioning

/// The journal in a SQLite file: creations, the audit records of every change of them, and an audit
/// trail to read those from.
///
/// What a write returned for is durable (fsync). All writing happens on one
/// thread of the journal, in groups; reading on connections of its own.
package final class SQLiteJournal: DenialLog, AuditTrail {
  private let writer: GroupCommitWriter
  private let denials: DenialRecorder
  let reader: AuditReader
  private let listing: AuditListing
  /// The creations of this journal.
  package let creations: any CreationStore
  private let keys: JournalKeys
  let clock: any WallClock
  private let identifiers: any IdentifierSource

  /// Opens a journal, or makes it. Blocks; for the start of the process.
  ///
  /// - Parameters:
  ///   - path: of the database. Beside it lie its WAL and its index while it is open, and a lock.
  ///   - keysDirectory: made with mode 0700 when the journal is new.
  ///   - upstream: recorded in a new journal; an old one of the other kind is refused.
  package static func open(
    path: String, keysDirectory: String, upstream: JournalUpstream, clock: any WallClock,
    identifiers: any IdentifierSource, logger: Logger
  ) throws(JournalOpenError) -> SQLiteJournal {
    let file = try canonical(path)
    let store = try SQLiteStore(path: file, keysDirectory: keysDirectory, upstream: upstream)
    let reader = try AuditReader(path: file)
    return SQLiteJournal(
      writer: GroupCommitWriter(store: store, logger: logger), reader: reader, keys: store.keys,
      clock: clock, identifiers: identifiers)
  }

  private static func canonical(_ path: String) throws(JournalOpenError) -> String {
    do {
      return try POSIXFile.canonicalPath(path)
    } catch {
      throw JournalOpenError(error, path: path)
    }
  }

  init(
    writer: GroupCommitWriter, reader: AuditReader, keys: JournalKeys, clock: any WallClock,
    identifiers: any IdentifierSource
  ) {
    self.writer = writer
    denials = DenialRecorder(writer: writer, clock: clock, identifiers: identifiers)
    self.reader = reader
    listing = AuditListing(reader: reader, tokenKey: keys.pageToken)
    creations = JournalCreationStore(
      writer: writer, reader: reader, keys: keys, identifiers: identifiers)
    self.keys = keys
    self.clock = clock
    self.identifiers = identifiers
  }

  deinit {
    writer.requestEnd()
  }

  /// Lets the effects that run end, writes what is queued, and gives up the file and its lock.
  /// Records that come later are refused. Does not return before every running effect has: an
  /// effect has a timeout of its own.
  ///
  /// - Returns: why records were lost, e.g. on a disk that stayed full to the end; `nil` when all are
  ///   durable.
  @discardableResult
  package func close() async -> JournalFailure? {
    reader.close()
    denials.release()
    return await writer.close()
  }

  /// Records that the service starts or stops; durable when it returns.
  ///
  /// - Parameter policyDigest: of the policy in force.
  package func record(
    _ change: ServiceChange, policyDigest: String
  ) async throws(JournalError) {
    let event = AuditEvent(
      id: identifiers.next(), change: change, policyDigest: policyDigest,
      wallMicroseconds: clock.now().microseconds)
    // Nothing has happened of which the trail would be the only witness: it is not kept for later.
    switch await writer.append(JournalEntry(record: JournalRecord(event)), .intent) {
    case .durable: return
    case .refused: throw .unavailable("the journal refused the record")
    case .failed(let error): throw error
    }
  }

  /// Gives at most one element: the disk failed, and the process has to end with exit code 74.
  /// Ends when the journal is closed. One consumer.
  package var failure: AsyncStream<JournalFailure> { writer.failure }

  /// What has been written, for metrics.
  package var statistics: JournalStatistics { writer.statistics }

  /// Creations that are kept in this journal.
  package func makeCoordinator(
    directory: any UserDirectory, timing: CreationTiming = CreationTiming(), logger: Logger
  ) -> CreationCoordinator {
    CreationCoordinator(
      store: creations, identity: keys, directory: directory, wallClock: clock, isExclusive: true,
      timing: timing, logger: logger)
  }

  /// How the journal names a user: a keyed hash in lower-case hexadecimal.
  package func pseudonym(pool: UserPool, username: String) -> String {
    keys.pseudonym(pool: pool, username: username)
  }

  // MARK: DenialLog

  package func record(_ denial: Denial) {
    denials.record(denial)
  }

  // MARK: AuditTrail

  package func events(_ query: AuditQuery) async throws(JournalError) -> AuditPage {
    try await listing.events(query)
  }

  package func event(_ id: Identifier) async throws(JournalError) -> AuditEvent? {
    try await listing.event(id)
  }
}
