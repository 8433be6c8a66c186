package import Logging
package import Provisioning

/// The journal in a SQLite file: creations, the audit records of every change of them, and an audit
/// trail to read those from.
///
/// What a write returned for is durable (fsync). All writing happens on one
/// thread of the journal, in groups; reading on connections of its own.
package final class SQLiteJournal: DenialLog, AuditTrail {
  let reader: AuditReader
  private let services: JournalServices

  /// Opens a journal, or makes it. Blocks; for the start of the process.
  ///
  /// - Parameters:
  ///   - path: of the database. Beside it lie its WAL and its index while it is open, and a lock.
  ///   - keysDirectory: made with mode 0700 when the journal is new.
  ///   - upstream: recorded in a new journal; an old one of the other kind is refused. `nil`: a
  ///     journal that is there already, of either kind.
  ///   - anchor: a checkpoint that the journal has to reach.
  package static func open(
    path: String, keysDirectory: String, upstream: JournalUpstream?,
    anchor: SignedCheckpoint? = nil, clock: any WallClock, identifiers: any IdentifierSource,
    logger: Logger
  ) throws(JournalOpenError) -> SQLiteJournal {
    let file = try canonical(path)
    let store = try SQLiteStore(
      path: file, keysDirectory: keysDirectory, upstream: upstream, anchor: anchor)
    let reader = try AuditReader(path: file)
    let services = JournalServices(
      writer: GroupCommitWriter(store: store, keys: store.keys, logger: logger),
      records: reader, rows: reader, proofs: JournalProofs(reader: reader, signer: store.signer),
      upkeep: reader, keys: store.keys, isShared: false, clock: clock, identifiers: identifiers)
    return SQLiteJournal(reader: reader, services: services)
  }

  private static func canonical(_ path: String) throws(JournalOpenError) -> String {
    do {
      return try POSIXFile.canonicalPath(path)
    } catch {
      throw JournalOpenError(error, path: path)
    }
  }

  init(reader: AuditReader, services: JournalServices) {
    self.reader = reader
    self.services = services
  }

  deinit {
    services.writer.requestEnd()
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
    services.denials.release()
    services.readings.release()
    return await services.writer.close()
  }

  /// Keeps the journal in order until the task is cancelled.
  package func maintain(_ settings: JournalMaintenance.Settings, logger: Logger) async {
    await maintenance.run(settings, logger: logger)
  }

  /// Records that the service starts, stops or has another policy; durable when it returns.
  ///
  /// - Parameter policyDigest: of the policy in force.
  package func record(
    _ change: ServiceChange, policyDigest: String
  ) async throws(JournalError) {
    try await services.record(change, policyDigest: policyDigest)
  }

  /// Gives at most one element: the disk failed, and the process has to end with exit code 74.
  /// Ends when the journal is closed. One consumer.
  package var failure: AsyncStream<JournalFailure> { services.writer.failure }

  /// What has been written, for metrics.
  package var statistics: JournalStatistics { services.writer.statistics }

  /// The creations of this journal.
  package var creations: any CreationStore { services.creations }

  var operation: JournalOperation { services.operation }

  var maintenance: JournalMaintenance { services.maintenance }

  /// Creations that are kept in this journal.
  package func makeCoordinator(
    directory: any UserDirectory, timing: CreationTiming = CreationTiming(), logger: Logger
  ) -> CreationCoordinator {
    services.makeCoordinator(
      directory: directory, isExclusive: true, timing: timing, logger: logger)
  }

  /// How the journal names a user: a keyed hash in lower-case hexadecimal.
  package func pseudonym(pool: UserPool, username: String) -> String {
    services.keys.pseudonym(pool: pool, username: username)
  }

  /// The tree over its records.
  package var proofs: JournalProofs? { services.proofs }

  /// Its records in the order of the tree.
  package var sealedRecords: any SealedRecordReader { services.proofs.reader }

  // MARK: DenialLog

  package func record(_ denial: Denial) {
    services.denials.record(denial)
  }

  // MARK: AuditTrail

  package func events(_ query: AuditQuery) async throws(JournalError) -> AuditPage {
    try await services.listing.events(query)
  }

  package func event(_ id: Identifier) async throws(JournalError) -> AuditEvent? {
    try await services.listing.event(id)
  }

  package func tailStart(_ position: String) async throws(JournalError) -> Int64 {
    try await services.tailing.start(position)
  }

  package func tailedEvents(
    from index: Int64, waitingUntil deadline: ContinuousClock.Instant
  ) async throws(JournalError) -> [TailedEvent] {
    try await services.tailing.events(from: index, waitingUntil: deadline)
  }

  package func position(of index: Int64) -> String {
    services.tailing.position(of: index)
  }

  package func record(_ reading: AuditReading) {
    services.readings.record(reading)
  }
}
