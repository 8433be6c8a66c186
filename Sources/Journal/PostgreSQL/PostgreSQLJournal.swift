package import Logging
package import Provisioning

/// The journal in a PostgreSQL database, which several replicas of the service share: creations,
/// the audit records of every change of them, and an audit trail to read those from.
///
/// Three connections: one writes, one reads creations and asks whether the server is there, one
/// reads the audit trail.
package final class PostgreSQLJournal: DenialLog, AuditTrail {
  /// Seconds between two attempts while the server takes no records.
  private static let probeInterval = 0.25

  private let creationReader: PostgreSQLReader
  private let trailReader: PostgreSQLReader
  private let services: JournalServices

  /// Opens a journal, or makes it. Blocks; for the start of the process.
  ///
  /// - Parameters:
  ///   - keysDirectory: made with mode 0700 when the journal is new. All replicas have the same keys.
  ///   - upstream: recorded in a new journal; an old one of the other kind is refused. `nil`: a
  ///     journal that is there already, of either kind.
  package static func open(
    address: PostgreSQLAddress, keysDirectory: String, upstream: JournalUpstream?,
    clock: any WallClock, identifiers: any IdentifierSource, logger: Logger
  ) throws(JournalOpenError) -> PostgreSQLJournal {
    let keys = try PostgreSQLOpening(address: address, logger: logger)
      .open(keysDirectory: keysDirectory, upstream: upstream)
    let journal = PostgreSQLJournal(
      address: address, keys: keys, clock: clock, identifiers: identifiers, logger: logger)
    journal.creationReader.waitForFirstAnswer(atMost: PostgreSQLLimits.connect)
    return journal
  }

  private init(
    address: PostgreSQLAddress, keys: JournalKeys, clock: any WallClock,
    identifiers: any IdentifierSource, logger: Logger
  ) {
    let creationReader = PostgreSQLReader(
      address: address, statements: PostgreSQLCreationReader.statements, logger: logger)
    self.creationReader = creationReader
    trailReader = PostgreSQLReader(
      address: address,
      statements: PostgreSQLRecordReader.statements + PostgreSQLKeyUseReader.statements,
      logger: logger)
    services = JournalServices(
      writer: GroupCommitWriter(
        store: PostgreSQLStore(address: address), keys: keys, probeInterval: Self.probeInterval,
        logger: logger),
      records: PostgreSQLRecordReader(reader: trailReader),
      rows: PostgreSQLCreationReader(reader: creationReader),
      keyUse: PostgreSQLKeyUseReader(reader: trailReader), keys: keys, isShared: true,
      clock: clock, identifiers: identifiers, isAnswered: { creationReader.isAnswered })
  }

  deinit {
    creationReader.close()
    trailReader.close()
    services.writer.requestEnd()
  }

  /// Lets the effects that run end, writes what is queued, and gives up the connections. Records
  /// that come later are refused. Does not return before every running effect has: an effect has a
  /// timeout of its own.
  ///
  /// - Returns: why records were lost, e.g. with a server that stayed away to the end; `nil` when all
  ///   are durable.
  @discardableResult
  package func close() async -> JournalFailure? {
    trailReader.close()
    services.denials.release()
    services.readings.release()
    let loss = await services.writer.close()
    creationReader.close()
    return loss
  }

  /// Keeps the journal in order until the task is cancelled.
  package func maintain(_ settings: JournalMaintenance.Settings, logger: Logger) async {
    await JournalMaintenance(keys: operation.keys).run(settings, logger: logger)
  }

  /// Records that the service starts, stops or has another policy; durable when it returns.
  ///
  /// - Parameter policyDigest: of the policy in force.
  package func record(
    _ change: ServiceChange, policyDigest: String
  ) async throws(JournalError) {
    try await services.record(change, policyDigest: policyDigest)
  }

  /// Ends when the journal is closed, without an element: no failure of a server is for good.
  package var failure: AsyncStream<JournalFailure> { services.writer.failure }

  /// What has been written, for metrics.
  package var statistics: JournalStatistics {
    var statistics = services.writer.statistics
    statistics.isAdmitting = statistics.isAdmitting && creationReader.isAnswered
    return statistics
  }

  /// The creations of this journal.
  package var creations: any CreationStore { services.creations }

  var operation: JournalOperation { services.operation }

  /// Creations that are kept in this journal, with other replicas' beside them.
  package func makeCoordinator(
    directory: any UserDirectory, timing: CreationTiming = CreationTiming(), logger: Logger
  ) -> CreationCoordinator {
    services.makeCoordinator(
      directory: directory, isExclusive: false, timing: timing, logger: logger)
  }

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
