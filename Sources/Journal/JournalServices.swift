import Logging
import Provisioning

/// What a journal does in the same way in every database: takes creations, denials and what the
/// service says of itself, and gives the trail of them.
package struct JournalServices: Sendable {
  let writer: GroupCommitWriter
  let denials: CoalescingRecorder<DenialCoalescer>
  let readings: CoalescingRecorder<ReadingCoalescer>
  let listing: AuditListing
  let tailing: AuditTailing
  let creations: JournalCreationStore
  let proofs: JournalProofs
  let operation: JournalOperation
  let maintenance: JournalMaintenance
  let keys: JournalKeys
  private let isShared: Bool
  private let isAnswered: @Sendable () -> Bool
  private let clock: any WallClock
  private let identifiers: any IdentifierSource

  /// - Parameters:
  ///   - isShared: whether other processes write to the journal, too.
  ///   - isAnswered: whether the database answers; nothing is admitted while it does not.
  init(
    writer: GroupCommitWriter, records: any RecordReader, rows: any CreationReader,
    proofs: JournalProofs, upkeep: any KeyUseReader & ExpiryReader, keys: JournalKeys,
    isShared: Bool,
    clock: any WallClock, identifiers: any IdentifierSource,
    isAnswered: @escaping @Sendable () -> Bool = { true }, logger: Logger
  ) {
    self.writer = writer
    denials = CoalescingRecorder(writer: writer, clock: clock, identifiers: identifiers)
    readings = CoalescingRecorder(writer: writer, clock: clock, identifiers: identifiers)
    listing = AuditListing(reader: records, keys: keys)
    tailing = AuditTailing(reader: proofs.reader, key: keys.pageToken)
    creations = JournalCreationStore(
      writer: writer, reader: rows, keys: keys, identifiers: identifiers, isAnswered: isAnswered,
      logger: logger)
    self.proofs = proofs
    operation = JournalOperation(
      creations: creations,
      keys: KeyAdministration(
        keys: keys, reader: upkeep, writer: writer, clock: clock, identifiers: identifiers,
        isShared: isShared), signer: proofs.signer, writer: writer, clock: clock,
      identifiers: identifiers)
    maintenance = JournalMaintenance(
      keys: operation.keys,
      retention: RecordRetention(
        reader: upkeep, writer: writer, clock: clock, identifiers: identifiers))
    self.keys = keys
    self.isShared = isShared
    self.isAnswered = isAnswered
    self.clock = clock
    self.identifiers = identifiers
  }

  /// Durable when it returns.
  func record(_ change: ServiceChange, policyDigest: String) async throws(JournalError) {
    let event = AuditEvent(
      id: identifiers.next(), change: change, policyDigest: policyDigest,
      wallMicroseconds: clock.now().microseconds)
    // Nothing has happened of which the trail would be the only witness: it is not kept for later.
    switch await writer.append(.event(event), .intent) {
    case .durable: return
    case .refused: throw .unavailable("the journal refused the record")
    case .failed(let error): throw error
    }
  }

  var statistics: JournalStatistics {
    var statistics = writer.statistics
    statistics.isAdmitting = statistics.isAdmitting && isAnswered()
    return statistics
  }

  func makeCoordinator(
    directory: any UserDirectory, timing: CreationTiming, logger: Logger
  ) -> CreationCoordinator {
    CreationCoordinator(
      store: creations, identity: keys, directory: directory, wallClock: clock,
      isExclusive: !isShared, timing: timing, logger: logger)
  }
}
