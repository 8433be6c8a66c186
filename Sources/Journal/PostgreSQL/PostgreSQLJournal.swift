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

  private let writer: GroupCommitWriter
  private let denials: DenialRecorder
  private let creationReader: PostgreSQLReader
  private let trailReader: PostgreSQLReader
  private let listing: AuditListing
  /// The creations of this journal.
  package let creations: any CreationStore
  private let keys: JournalKeys
  let clock: any WallClock
  private let identifiers: any IdentifierSource

  /// Opens a journal, or makes it. Blocks; for the start of the process.
  ///
  /// - Parameters:
  ///   - keysDirectory: made with mode 0700 when the journal is new. All replicas have the same keys.
  ///   - upstream: recorded in a new journal; an old one of the other kind is refused.
  package static func open(
    address: PostgreSQLAddress, keysDirectory: String, upstream: JournalUpstream,
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
    writer = GroupCommitWriter(
      store: PostgreSQLStore(address: address), probeInterval: Self.probeInterval, logger: logger)
    denials = DenialRecorder(writer: writer, clock: clock, identifiers: identifiers)
    let creationReader = PostgreSQLReader(
      address: address, statements: PostgreSQLCreationReader.statements, logger: logger)
    self.creationReader = creationReader
    trailReader = PostgreSQLReader(
      address: address, statements: PostgreSQLRecordReader.statements, logger: logger)
    listing = AuditListing(
      reader: PostgreSQLRecordReader(reader: trailReader), tokenKey: keys.pageToken)
    creations = JournalCreationStore(
      writer: writer, reader: PostgreSQLCreationReader(reader: creationReader), keys: keys,
      identifiers: identifiers, isAnswered: { creationReader.isAnswered })
    self.keys = keys
    self.clock = clock
    self.identifiers = identifiers
  }

  deinit {
    creationReader.close()
    trailReader.close()
    writer.requestEnd()
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
    denials.release()
    let loss = await writer.close()
    creationReader.close()
    return loss
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

  /// Ends when the journal is closed, without an element: no failure of a server is for good.
  package var failure: AsyncStream<JournalFailure> { writer.failure }

  /// What has been written, for metrics.
  package var statistics: JournalStatistics {
    var statistics = writer.statistics
    statistics.isAdmitting = statistics.isAdmitting && creationReader.isAnswered
    return statistics
  }

  /// Creations that are kept in this journal, with other replicas' beside them.
  package func makeCoordinator(
    directory: any UserDirectory, timing: CreationTiming = CreationTiming(), logger: Logger
  ) -> CreationCoordinator {
    CreationCoordinator(
      store: creations, identity: keys, directory: directory, wallClock: clock,
      isExclusive: false, timing: timing, logger: logger)
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
