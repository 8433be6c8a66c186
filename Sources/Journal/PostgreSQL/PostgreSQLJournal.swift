package import Logging
package import Provisioning

/// The journal in a PostgreSQL database, which several replicas of the service share: creations,
/// the audit records of every change of them, and an audit trail to read those from.
///
/// Four connections: one writes, one lets the tree grow, one reads creations and asks whether the
/// server is there, one reads the audit trail.
package final class PostgreSQLJournal: DenialLog, AuditTrail {
  /// Seconds between two attempts while the server takes no records.
  private static let probeInterval = 0.25

  private let creationReader: PostgreSQLReader
  private let trailReader: PostgreSQLReader
  private let sealer: PostgreSQLSealer
  private let services: JournalServices

  /// Opens a journal, or makes it. Blocks; for the start of the process.
  ///
  /// - Parameters:
  ///   - keysDirectory: made with mode 0700 when the journal is new. All replicas have the same keys.
  ///   - upstream: recorded in a new journal; an old one of the other kind is refused. `nil`: a
  ///     journal that is there already, of either kind.
  ///   - anchor: a checkpoint that the journal has to reach.
  package static func open(
    address: PostgreSQLAddress, keysDirectory: String, upstream: JournalUpstream?,
    anchor: SignedCheckpoint? = nil, clock: any WallClock, identifiers: any IdentifierSource,
    logger: Logger
  ) throws(JournalOpenError) -> PostgreSQLJournal {
    let (keys, signer) = try PostgreSQLOpening(address: address, anchor: anchor, logger: logger)
      .open(keysDirectory: keysDirectory, upstream: upstream)
    let journal = PostgreSQLJournal(
      address: address, keys: keys, signer: signer, clock: clock, identifiers: identifiers,
      logger: logger)
    journal.creationReader.waitForFirstAnswer(atMost: PostgreSQLLimits.connect)
    return journal
  }

  private init(
    address: PostgreSQLAddress, keys: JournalKeys, signer: CheckpointSigner,
    clock: any WallClock, identifiers: any IdentifierSource, logger: Logger
  ) {
    let sealer = PostgreSQLSealer(address: address, signer: signer, logger: logger)
    self.sealer = sealer
    let creationReader = PostgreSQLReader(
      address: address, statements: PostgreSQLCreationReader.statements, logger: logger)
    self.creationReader = creationReader
    trailReader = PostgreSQLReader(
      address: address,
      statements: PostgreSQLRecordReader.statements + PostgreSQLTreeReader.statements
        + PostgreSQLUpkeepReader.statements,
      logger: logger)
    services = JournalServices(
      writer: GroupCommitWriter(
        store: PostgreSQLStore(address: address), keys: keys, probeInterval: Self.probeInterval,
        logger: logger),
      records: PostgreSQLRecordReader(reader: trailReader),
      rows: PostgreSQLCreationReader(reader: creationReader),
      proofs: JournalProofs(
        reader: PostgreSQLTreeReader(reader: trailReader), signer: signer, hurry: sealer.hurry),
      upkeep: PostgreSQLUpkeepReader(reader: trailReader), keys: keys, isShared: true,
      clock: clock, identifiers: identifiers, isAnswered: { creationReader.isAnswered })
  }

  deinit {
    creationReader.close()
    trailReader.close()
    services.writer.requestEnd()
    sealer.requestEnd()
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
    await sealer.close()
    creationReader.close()
    return loss
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

  var maintenance: JournalMaintenance { services.maintenance }

  /// Creations that are kept in this journal, with other replicas' beside them.
  package func makeCoordinator(
    directory: any UserDirectory, timing: CreationTiming = CreationTiming(), logger: Logger
  ) -> CreationCoordinator {
    services.makeCoordinator(
      directory: directory, isExclusive: false, timing: timing, logger: logger)
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
