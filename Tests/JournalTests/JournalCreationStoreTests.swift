import Synchronization
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(2)))
struct JournalCreationStoreTests {
  /// The reconciliation tries again by itself: what the store does not take is not kept for it, or
  /// there would be more of it with each try.
  @Test func whatIsTriedAgainIsNotKept() async throws {
    let disk = ScriptedStore()
    disk.results.withLock { $0 = Array(repeating: .stalled("full"), count: 100) }
    let writer = GroupCommitWriter(
      store: disk, keys: .random, probeInterval: 3600, logger: .silent)
    let store = JournalCreationStore(
      writer: writer, reader: NoRows(), keys: .random, identifiers: RandomIdentifiers(),
      isAnswered: { true }, logger: .silent)
    let creation = Creation.example(.example())
    let step = try #require(
      creation.step(.leaseEnded, now: creation.createTime + 9, leaseEnd: .max))
    let takeOver = CreationTransition(from: creation.stamp, creation: step.creation)
    #expect(takeOver.isRecorded)
    for _ in 1...20 {
      await #expect(throws: JournalError.unavailable("full")) { try await store.write(takeOver) }
    }
    #expect(writer.statistics.waiting == 0)
    #expect(await writer.close() == nil)
  }
}

private struct NoRows: CreationReader {
  func row(_ key: CreationKey) async throws(JournalError) -> CreationRow? { nil }
  func row(_ id: Identifier) async throws(JournalError) -> CreationRow? { nil }
  func abandoned(before time: Int64, limit: Int) async throws(JournalError) -> [CreationRow] { [] }
  func creators(
    of name: NameInPool, since time: Int64
  ) async throws(JournalError) -> [CreationRow] { [] }
}
