import Logging
import Provisioning
import Synchronization

/// The creations of a journal, whatever database it is in: seals and hashes what a row must not
/// show, writes rows and records through the group commit, and reads beside it.
final class JournalCreationStore: CreationStore {
  private let writer: GroupCommitWriter
  private let reader: any CreationReader
  private let codec: CreationCodec
  private let identifiers: any IdentifierSource
  private let isAnswered: @Sendable () -> Bool
  private let logger: Logger
  /// The creations that cannot be read, of which the log knows.
  private let damaged = Mutex<Set<Identifier>>([])

  /// - Parameter isAnswered: whether the database is there, as far as is known without writing.
  init(
    writer: GroupCommitWriter, reader: any CreationReader, keys: JournalKeys,
    identifiers: any IdentifierSource, isAnswered: @escaping @Sendable () -> Bool, logger: Logger
  ) {
    self.writer = writer
    self.reader = reader
    self.identifiers = identifiers
    self.isAnswered = isAnswered
    self.logger = logger
    codec = CreationCodec(keys: keys)
  }

  func admit() throws(JournalError) {
    guard isAnswered() else { throw .unavailable("the journal's database does not answer") }
    try writer.admit()
  }

  func leave() { writer.leave() }

  func write(
    _ transition: CreationTransition, until latest: ContinuousClock.Instant?
  ) async throws(JournalError) -> CreationWriteResult {
    // An intent or a lease that is not taken now has done nothing yet; and what its writer tries
    // again would be kept once for each try.
    let isDroppable =
      latest == nil || !transition.isRecorded || transition.creation.state == .intent
    let work = JournalWork.transition(transition, eventID: identifiers.next())
    switch await writer.append(work, isDroppable ? .intent : .outcome, until: latest) {
    case .durable: return .written
    case .refused(let refusal): return try result(refusal, isDroppable: isDroppable)
    case .failed(let error): throw error
    }
  }

  private func result(
    _ refusal: EntryRefusal, isDroppable: Bool
  ) throws(JournalError) -> CreationWriteResult {
    switch refusal {
    case .keyTaken(let row): return .keyTaken(try codec.creation(row))
    case .nameTaken(let row): return .nameTaken(try codec.creation(row))
    case .superseded(nil): return .superseded(nil)
    case .superseded(.some(let row)): return .superseded(try codec.creation(row))
    case .refused:
      let reason = "the journal refused the record"
      throw isDroppable ? .unavailable(reason) : .outcomeNotRecorded(reason)
    }
  }

  func creation(_ key: CreationKey) async throws(JournalError) -> Creation? {
    guard let row = try await reader.row(key) else { return nil }
    return try codec.creation(row)
  }

  func creation(_ id: Identifier) async throws(JournalError) -> Creation? {
    guard let row = try await reader.row(id) else { return nil }
    return try codec.creation(row)
  }

  func abandoned(before time: Int64, limit: Int) async throws(JournalError) -> [Creation] {
    try await reader.abandoned(before: time, limit: limit).compactMap { row in
      do throws(JournalError) {
        let creation = try codec.creation(row)
        // Nothing is left to look for of one that was erased.
        return creation.isErased ? nil : creation
      } catch {
        // One that nobody can look after must not keep the others from it.
        report(row, error)
        return nil
      }
    }
  }

  private func report(_ row: CreationRow, _ error: JournalError) {
    guard let id = Identifier(bytes: row.creationID),
      damaged.withLock({ $0.insert(id).inserted })
    else { return }
    logger.error(
      "a creation in doubt cannot be read, and is not looked after",
      metadata: ["creation_id": "\(id)", "error": "\(error)"])
  }

  func creators(
    of name: NameInPool, since time: Int64
  ) async throws(JournalError) -> [Creation] {
    try creations(try await reader.creators(of: name, since: time))
  }

  private func creations(_ rows: [CreationRow]) throws(JournalError) -> [Creation] {
    var creations: [Creation] = []
    for row in rows { creations.append(try codec.creation(row)) }
    return creations
  }

  func purge(settledBefore time: Int64, limit: Int) async throws(JournalError) {
    let work = JournalWork.purge(settledBefore: time, limit: limit)
    if case .failed(let error) = await writer.append(work, .intent) { throw error }
  }
}
