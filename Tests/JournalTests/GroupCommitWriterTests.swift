import Foundation
import Synchronization
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(5)))
struct GroupCommitWriterTests {
  private let store = ScriptedStore()

  private func writer() -> GroupCommitWriter {
    GroupCommitWriter(store: store, keys: .random, probeInterval: 0.01, logger: .silent)
  }

  private var event: AuditEvent {
    AuditEvent(id: .random, denial: .example(), wallMicroseconds: 0)
  }

  @Test func aStalledStoreRefusesAndKeepsWhatItOwes() async throws {
    store.results.withLock { $0 = [.stalled("full"), .stalled("full")] }
    let writer = writer()
    let owed = event
    try writer.admit()
    #expect(
      await writer.append(.event(owed), .outcome)
        == .failed(.outcomeNotRecorded("full")))
    writer.leave()
    try await until {
      do throws(JournalError) {
        try writer.admit()
        return true
      } catch {
        #expect(error == .unavailable("full"))
        return false
      }
    }
    writer.leave()
    let next = event
    #expect(await writer.append(.event(next), .outcome) == .durable)
    #expect(store.stored.withLock { $0 } == [owed.id, next.id])
    #expect(await writer.close() == nil)
  }

  @Test(arguments: [
    GroupResult.committed(refusals: [0: .superseded(nil)]), .committed(refusals: [0: .refused]),
    .stalled("full"),
  ])
  func nothingIsKeptForTheOutcomeOfAnIntentThatIsNotStored(result: GroupResult) async throws {
    let writer = writer()
    func begin() async -> CommitOutcome {
      let transition = CreationTransition(from: nil, creation: .example(.example()))
      return await writer.append(.transition(transition, eventID: .random), .intent)
    }
    #expect(await begin() == .durable)
    #expect(writer.encoder.names.count == 1)
    store.results.withLock { $0 = [result] }
    #expect(await begin() != .durable)
    #expect(writer.encoder.names.count == 1)
    #expect(await writer.close() == nil)
  }

  /// A lease that somebody else has taken meanwhile has no record, and is refused.
  @Test func theNumberOfRecordsNeverFalls() async throws {
    let writer = writer()
    #expect(await writer.append(.event(event), .outcome) == .durable)
    store.results.withLock { $0 = [.committed(refusals: [0: .superseded(nil)])] }
    let lease = CreationTransition(
      from: nil, creation: .example(.example()), isRecorded: false)
    #expect(
      await writer.append(.transition(lease, eventID: .random), .intent)
        == .refused(.superseded(nil)))
    #expect(writer.statistics.records == 1)
    #expect(await writer.close() == nil)
  }

  @Test func anOutcomeIsWaitedForUntilItsTimeIsOver() async throws {
    store.results.withLock { $0 = [.stalled("full"), .stalled("full"), .stalled("full")] }
    let writer = writer()
    let (short, long) = (event, event)
    try writer.admit()
    let patient = Task {
      await writer.append(
        .event(long), .outcome, until: .now + .seconds(60))
    }
    // Its time ends before the store is tried again.
    #expect(
      await writer.append(.event(short), .outcome, until: .now)
        == .failed(.outcomeNotRecorded("full")))
    #expect(await patient.value == .durable)
    #expect(store.calls.withLock { $0 } >= 4)
    #expect(store.stored.withLock { Set($0) } == [short.id, long.id])
    writer.leave()
    #expect(await writer.close() == nil)
  }

  @Test func whoHasNoTimeForAnotherAttemptIsToldAtOnce() async throws {
    let writer = GroupCommitWriter(
      store: store, keys: .random, probeInterval: 3600, logger: .silent)
    try writer.admit()
    store.results.withLock { $0 = [.stalled("full")] }
    let latest = ContinuousClock.now + .seconds(60)
    for _ in 0..<2 {
      #expect(
        await writer.append(.event(event), .outcome, until: latest)
          == .failed(.outcomeNotRecorded("full")))
    }
    #expect(store.calls.withLock { $0 } == 1)
    writer.leave()
    #expect(await writer.close() == nil)
    #expect(store.stored.withLock { $0.count } == 2)
  }

  /// Nobody acts on an intent whose caller was told that nothing was done.
  @Test func aStalledIntentIsDropped() async throws {
    store.results.withLock { $0 = [.stalled("full"), .stalled("full")] }
    let writer = writer()
    try writer.admit()
    #expect(await writer.append(.event(event), .intent) == .failed(.unavailable("full")))
    try await until { writer.statistics.isAdmitting }
    #expect(store.calls.withLock { $0 } >= 3)
    #expect(store.stored.withLock { $0.isEmpty })
    #expect(writer.statistics.transactions == 0)
    writer.leave()
    #expect(await writer.close() == nil)
  }

  @Test func aFailedCommitStopsEverything() async throws {
    store.results.withLock { $0 = [.failed("fsync")] }
    let writer = writer()
    try writer.admit()
    #expect(await writer.append(.event(event), .outcome) == .failed(.outcomeNotRecorded("fsync")))
    writer.leave()
    var failures: [JournalFailure] = []
    for await failure in writer.failure {
      failures.append(failure)
      #expect(throws: JournalError.unavailable("fsync")) { try writer.admit() }
      writer.offer(event)
      #expect(writer.statistics.droppedNotices == 1)
      writer.requestEnd()
    }
    #expect(failures == [JournalFailure(reason: "fsync")])
    #expect(await writer.close() == JournalFailure(reason: "fsync"))
    #expect(store.calls.withLock { $0 } == 1)
    #expect(store.isClosed.withLock { $0 })
    #expect(
      await writer.append(.event(event), .outcome)
        == .failed(.outcomeNotRecorded("the journal is closed")))
  }

  @Test func whatCouldWaitIsTriedAgainUntilItIsDone() async throws {
    store.idleWork.withLock { $0 = [.later, .later] }
    let writer = writer()
    try await until { store.idleWork.withLock(\.isEmpty) }
    #expect(await writer.append(.event(event), .outcome) == .durable)
    #expect(await writer.close() == nil)
  }

  @Test func aFailureOfWhatCouldWaitStopsEverything() async throws {
    store.idleWork.withLock { $0 = [.later, .failed("fsync"), .failed("not asked for again")] }
    let writer = writer()
    for await failure in writer.failure {
      #expect(failure == JournalFailure(reason: "fsync"))
      #expect(throws: JournalError.unavailable("fsync")) { try writer.admit() }
      writer.requestEnd()
    }
    #expect(await writer.close() == JournalFailure(reason: "fsync"))
    #expect(store.idleWork.withLock(\.count) == 1)
    #expect(store.calls.withLock { $0 } == 0)
  }

  @Test func anEffectThatEndsAfterTheFailureIsTold() async throws {
    let writer = writer()
    try writer.admit()
    try writer.admit()
    store.results.withLock { $0 = [.failed("fsync")] }
    #expect(await writer.append(.event(event), .outcome) == .failed(.outcomeNotRecorded("fsync")))
    writer.leave()
    let closing = Task { await writer.close() }
    #expect(await writer.append(.event(event), .outcome) == .failed(.outcomeNotRecorded("fsync")))
    writer.leave()
    #expect(await closing.value == JournalFailure(reason: "fsync"))
  }

  @Test func aRefusedEntryFailsAlone() async throws {
    store.results.withLock { $0 = [.committed(refusals: [0: .superseded(nil)])] }
    let writer = writer()
    #expect(await writer.append(.event(event), .outcome) == .refused(.superseded(nil)))
    #expect(await writer.append(.event(event), .outcome) == .durable)
    #expect(writer.statistics.records == 1)
    #expect(await writer.close() == nil)
  }

  @Test func creationsAreBounded() async throws {
    let writer = writer()
    for _ in 0..<GroupCommitWriter.creationLimit { try writer.admit() }
    #expect(throws: JournalError.unavailable("too many creations wait for the journal")) {
      try writer.admit()
    }
    #expect(await writer.append(.event(event), .outcome) == .durable)
    writer.leave()
    try writer.admit()
    for _ in 0..<GroupCommitWriter.creationLimit { writer.leave() }
    #expect(await writer.close() == nil)
  }

  @Test func denialsAreBoundedAndCounted() async throws {
    store.holdUp()
    let writer = writer()
    let denial = event
    writer.offer(denial)
    try await until { store.calls.withLock { $0 } == 1 }
    for _ in 0..<GroupCommitWriter.noticeLimit + 9 { writer.offer(denial) }
    #expect(writer.statistics.droppedNotices == 10)
    #expect(writer.statistics.waiting == GroupCommitWriter.noticeLimit)
    store.letGo()
    #expect(await writer.close() == nil)
    #expect(store.stored.withLock { $0.count } == GroupCommitWriter.noticeLimit)
    #expect(store.largestGroup.withLock { $0 } == GroupCommitWriter.groupLimit)
  }

  @Test func closingGivesUpOnAStoreThatStaysFull() async throws {
    store.results.withLock { $0 = Array(repeating: .stalled("full"), count: 100_000) }
    let writer = writer()
    try writer.admit()
    #expect(await writer.append(.event(event), .outcome) == .failed(.outcomeNotRecorded("full")))
    writer.leave()
    #expect(await writer.close() == JournalFailure(reason: "full"))
    #expect(store.isClosed.withLock { $0 })
    #expect(writer.statistics.waiting == 0)
  }
}
