import Foundation
import Synchronization
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(1)))
struct GroupCommitWriterTests {
  private let store = ScriptedStore()

  private func writer() -> GroupCommitWriter {
    GroupCommitWriter(store: store, probeInterval: 0.01, logger: .silent)
  }

  private var record: JournalRecord {
    JournalRecord(AuditEvent(id: .random, denial: .example(), wallMicroseconds: 0))
  }

  @Test func aStalledStoreRefusesAndKeepsWhatItOwes() async throws {
    store.results.withLock { $0 = [.stalled("full"), .stalled("full")] }
    let writer = writer()
    let owed = record
    try writer.admit()
    #expect(await writer.append(owed) == .outcomeNotRecorded("full"))
    try await until {
      do throws(JournalError) {
        try writer.admit()
        return true
      } catch {
        #expect(error == .unavailable("full"))
        return false
      }
    }
    let next = record
    #expect(await writer.append(next) == nil)
    #expect(store.stored.withLock { $0 } == [owed.event.id, next.event.id])
    #expect(await writer.close() == nil)
  }

  @Test func aFailedCommitStopsEverything() async throws {
    store.results.withLock { $0 = [.failed("fsync")] }
    let writer = writer()
    try writer.admit()
    #expect(await writer.append(record) == .outcomeNotRecorded("fsync"))
    var failures: [JournalFailure] = []
    for await failure in writer.failure {
      failures.append(failure)
      #expect(throws: JournalError.unavailable("fsync")) { try writer.admit() }
      writer.offer(record)
      #expect(writer.statistics.droppedDenials == 1)
      writer.requestEnd()
    }
    #expect(failures == [JournalFailure(reason: "fsync")])
    #expect(await writer.close() == JournalFailure(reason: "fsync"))
    #expect(store.calls.withLock { $0 } == 1)
    #expect(store.isClosed.withLock { $0 })
  }

  @Test func anEffectThatEndsAfterTheFailureIsTold() async throws {
    let writer = writer()
    try writer.admit()
    try writer.admit()
    store.results.withLock { $0 = [.failed("fsync")] }
    #expect(await writer.append(record) == .outcomeNotRecorded("fsync"))
    let closing = Task { await writer.close() }
    #expect(await writer.append(record) == .outcomeNotRecorded("fsync"))
    #expect(await closing.value == JournalFailure(reason: "fsync"))
  }

  @Test func aRefusedRecordFailsAlone() async throws {
    store.results.withLock { $0 = [.committed(refused: [0])] }
    let writer = writer()
    try writer.admit()
    try writer.admit()
    #expect(await writer.append(record) == .outcomeNotRecorded("the journal refused the record"))
    #expect(await writer.append(record) == nil)
    #expect(await writer.close() == nil)
  }

  @Test func creationsAreBounded() async throws {
    let writer = writer()
    for _ in 0..<GroupCommitWriter.creationLimit { try writer.admit() }
    #expect(throws: JournalError.unavailable("too many creations wait for the journal")) {
      try writer.admit()
    }
    #expect(await writer.append(record) == nil)
    try writer.admit()
    for _ in 0..<GroupCommitWriter.creationLimit { _ = await writer.append(record) }
    #expect(await writer.close() == nil)
  }

  @Test func denialsAreBoundedAndCounted() async throws {
    store.holdUp()
    let writer = writer()
    let denial = record
    writer.offer(denial)
    try await until { store.calls.withLock { $0 } == 1 }
    for _ in 0..<GroupCommitWriter.denialLimit + 9 { writer.offer(denial) }
    #expect(writer.statistics.droppedDenials == 10)
    #expect(writer.statistics.waiting == GroupCommitWriter.denialLimit)
    store.letGo()
    #expect(await writer.close() == nil)
    #expect(store.stored.withLock { $0.count } == GroupCommitWriter.denialLimit)
    #expect(store.largestGroup.withLock { $0 } == GroupCommitWriter.groupLimit)
  }

  @Test func closingGivesUpOnAStoreThatStaysFull() async throws {
    store.results.withLock { $0 = Array(repeating: .stalled("full"), count: 1000) }
    let writer = writer()
    try writer.admit()
    #expect(await writer.append(record) == .outcomeNotRecorded("full"))
    #expect(await writer.close() == JournalFailure(reason: "full"))
    #expect(store.isClosed.withLock { $0 })
    #expect(writer.statistics.waiting == 0)
  }
}

/// A store that answers what it was told to, and commits when it was told nothing.
private final class ScriptedStore: RecordStore {
  let results = Mutex<[GroupResult]>([])
  let stored = Mutex<[Identifier]>([])
  let calls = Mutex(0)
  let largestGroup = Mutex(0)
  let isClosed = Mutex(false)
  private let hold = DispatchSemaphore(value: 1)

  /// Holds the writer up inside its next commit.
  func holdUp() { hold.wait() }
  func letGo() { hold.signal() }

  func append(_ records: [JournalRecord]) -> GroupResult {
    calls.withLock { $0 += 1 }
    hold.wait()
    defer { hold.signal() }
    largestGroup.withLock { $0 = max($0, records.count) }
    let result = results.withLock { $0.isEmpty ? .committed(refused: []) : $0.removeFirst() }
    if case .committed = result {
      stored.withLock { $0 += records.map(\.event.id) }
    }
    return result
  }

  func close() { isClosed.withLock { $0 = true } }
}
