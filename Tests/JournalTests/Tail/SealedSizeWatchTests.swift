import Crypto
import Synchronization
import Testing

@testable import Journal
@testable import Provisioning

@Suite struct SealedSizeWatchTests {
  /// A journal of which nothing is known but its size.
  private final class Journal: SealedRecordReader {
    let size = Mutex<Result<Int64, JournalError>>(.success(0))

    func records(
      from treeIndex: Int64, limit: Int
    ) async throws(JournalError) -> [SealedRecord] { [] }

    func sealedSize() async throws(JournalError) -> Int64 { try size.withLock { $0 }.get() }

    func newestCheckpoint() async throws(JournalError) -> SignedCheckpoint {
      throw .unavailable("")
    }
  }

  private let journal = Journal()
  private let far = ContinuousClock.now + .seconds(600)

  @Test func aJournalThatCannotBeReadEndsEveryWait() async throws {
    let watch = SealedSizeWatch(reader: journal)
    journal.size.withLock { $0 = .failure(.unavailable("gone")) }
    await withTaskGroup { [far] tasks in
      for _ in 0..<8 {
        tasks.addTask {
          await #expect(throws: JournalError.unavailable("gone")) {
            try await watch.wait(forMoreThan: 0, until: far)
          }
        }
      }
    }
    // The next one asks again.
    journal.size.withLock { $0 = .success(1) }
    try await watch.wait(forMoreThan: 0, until: far)
  }

  @Test func aTailOfAJournalThatCannotBeReadEndsWithTheReason() async throws {
    let tailing = AuditTailing(reader: journal, key: .init(size: .bits256))
    journal.size.withLock { $0 = .failure(.unavailable("gone")) }
    await #expect(throws: JournalError.unavailable("gone")) {
      try await tailing.events(from: 0, waitingUntil: far)
    }
  }

  @Test func aWaitEndsWhenItsTaskIsCancelled() async throws {
    let watch = SealedSizeWatch(reader: journal)
    let task = Task { [far] in try await watch.wait(forMoreThan: 0, until: far) }
    task.cancel()
    try await task.value
  }
}
