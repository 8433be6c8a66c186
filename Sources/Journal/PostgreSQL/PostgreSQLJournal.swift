package import Logging
package import Provisioning

/// The journal in a PostgreSQL database, which several replicas of the service share: creations,
/// the audit records of every change of them, and an audit trail to read those from.
///
/// Four connections: one writes, one lets the tree grow, one reads creations and asks whether the
/// server is there, one reads the audit trail.
package final class PostgreSQLJournal: StoredJournal {
  /// Seconds between two attempts while the server takes no records.
  private static let probeInterval = 0.25

  private let creationReader: PostgreSQLReader
  private let trailReader: PostgreSQLReader
  private let sealer: PostgreSQLSealer
  package let services: JournalServices

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
        store: PostgreSQLStore(address: address, noteAnswer: creationReader.noteAnswer),
        keys: keys, probeInterval: Self.probeInterval, logger: logger),
      records: PostgreSQLRecordReader(reader: trailReader),
      rows: PostgreSQLCreationReader(reader: creationReader),
      proofs: JournalProofs(
        reader: PostgreSQLTreeReader(reader: trailReader), signer: signer, hurry: sealer.hurry),
      upkeep: PostgreSQLUpkeepReader(reader: trailReader), keys: keys, isShared: true,
      clock: clock, identifiers: identifiers, isAnswered: { creationReader.isAnswered },
      logger: logger)
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
}

extension PostgreSQLJournal: OperatedJournal {
  package func backUp(to path: String, by name: String) async throws(OperatorRefusal) -> Int {
    throw OperatorRefusal("a journal in PostgreSQL is backed up by the server's own means: pg_dump")
  }
}
