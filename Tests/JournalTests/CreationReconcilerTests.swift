import Logging
import Synchronization
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(5)))
struct CreationReconcilerTests {
  /// Nothing in doubt is looked after meanwhile, and somebody has to know.
  @Test func saysOnceThatTheJournalCannotBeRead() async throws {
    let store = UnreadableStore()
    let lines = LogLines()
    let reconciler = CreationReconciler(
      store: store, directory: ScriptedDirectory { _ in .created() },
      clock: CreationClock(wall: FixedClock()), timing: CreationTiming(), isExclusive: true,
      logger: lines.logger)
    let running = Task { await reconciler.run() }
    try await until { store.looks >= 3 }
    running.cancel()
    await running.value
    #expect(
      lines.all == [
        "error creations in doubt cannot be read, and are not looked after",
        "warning old creations cannot be removed",
      ])
  }
}

/// Takes nothing and gives nothing.
private final class UnreadableStore: CreationStore {
  private let count = Mutex(0)

  var looks: Int { count.withLock { $0 } }

  func admit() throws(JournalError) {}
  func leave() {}

  func write(
    _ transition: CreationTransition, until latest: ContinuousClock.Instant?
  ) async throws(JournalError) -> CreationWriteResult {
    throw .unavailable("unreadable")
  }

  func creation(_ key: CreationKey) async throws(JournalError) -> Creation? {
    throw .unavailable("unreadable")
  }

  func creation(_ id: Identifier) async throws(JournalError) -> Creation? {
    throw .unavailable("unreadable")
  }

  func abandoned(before time: Int64, limit: Int) async throws(JournalError) -> [Creation] {
    count.withLock { $0 += 1 }
    throw .unavailable("unreadable")
  }

  func creators(of name: NameInPool, since time: Int64) async throws(JournalError) -> [Creation] {
    throw .unavailable("unreadable")
  }

  func purge(settledBefore time: Int64, limit: Int) async throws(JournalError) {
    throw .unavailable("unreadable")
  }
}
