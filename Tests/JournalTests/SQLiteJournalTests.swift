import Foundation
import Synchronization
import Testing

@testable import Journal
@testable import Provisioning

/// Creations end to end, and the contract of AuditTrail.
@Suite(.timeLimit(.minutes(5)))
struct SQLiteJournalTests {
  let fixture: JournalFixture
  let journal: SQLiteJournal

  init() throws {
    fixture = try JournalFixture()
    journal = try fixture.open()
  }

  @Test func aFloodOfDenialsLeavesFewRecordsThatCountThemAll() async throws {
    let clock = SettableClock()
    let fixture = try JournalFixture()
    let journal = try fixture.open(clock: clock)
    for _ in 0..<1000 { journal.record(.example()) }
    var events: [AuditEvent] = []
    // What is held is written a second later.
    clock.advance(by: .seconds(1))
    while events.count < 201 {
      try await Task.sleep(for: .milliseconds(10))
      events = try await journal.events(AuditQuery(pageSize: 1000)).events
    }
    #expect(events.count == 201)
    #expect(events.reduce(0) { $0 + ($1.count ?? 1) } == 1000)
    #expect(events.first?.reason == "POLICY_FORBIDS")
    await journal.close()
  }

  @Test func whatIsHeldIsWrittenBeforeTheEnd() async throws {
    for _ in 0..<1000 { journal.record(.example()) }
    await journal.close()
    let reopened = try fixture.open()
    let events = try await reopened.events(AuditQuery(pageSize: 1000)).events
    #expect(events.reduce(0) { $0 + ($1.count ?? 1) } == 1000)
    await reopened.close()
  }

  @Test func aCreatedUserIsReadBackInFull() async throws {
    let intent = CreationIntent.example(username: "alice")
    let answer = try await journal.record(intent) { .created() }
    #expect(answer == .created())
    let page = try await journal.events(AuditQuery())
    let event = try #require(page.events.first)
    #expect(page.events.map(\.kind) == [.created, .intended] && page.nextPageToken.isEmpty)
    #expect(event.kind == .created)
    #expect(event.wallMicroseconds == FixedClock.microseconds)
    #expect(try #require(event.durationMicroseconds) >= 0)
    #expect(event.creationID == intent.reference.creationID)
    #expect(event.requestID == intent.reference.requestID)
    #expect(event.origin == intent.origin)
    #expect(event.organization == "acme")
    #expect(event.pool == .example)
    #expect(event.policyDigest == intent.policyDigest)
    #expect(event.decisions == intent.decisions)
    #expect(event.userHash == journal.pseudonym(pool: .example, username: "alice"))
    #expect(event.sub == "sub-1")
    #expect(event.invitation == Invitation(state: .sent, mediums: [.email]))
    #expect(event.trace == UpstreamTrace(requestID: "aws-1", httpStatus: 200))
    #expect(event.reason == nil)
    #expect(try await journal.event(event.id) == event)
    #expect(try await journal.event(.random) == nil)
    await journal.close()
  }

  @Test(
    arguments: [
      (DirectoryAnswer.created(), MessageAction.resend, AuditEvent.Kind.resent, nil),
      (.failed(.usernameExists), .send, .failed, "USERNAME_EXISTS"),
      (.failed(.timedOut, executed: .unknown), .send, .inDoubt, "OUTCOME_UNKNOWN"),
      (.failed(.usernameExists, executed: .yes), .send, .failed, "USERNAME_EXISTS"),
    ] as [(DirectoryAnswer, MessageAction, AuditEvent.Kind, String?)])
  func theOutcomeGivesTheKind(
    answer: DirectoryAnswer, action: MessageAction, kind: AuditEvent.Kind, reason: String?
  ) async throws {
    #expect(try await journal.record(.example(action: action)) { answer } == answer)
    let event = try #require(try await journal.events(AuditQuery()).events.first)
    #expect(event.kind == kind)
    #expect(event.reason == reason)
    #expect(event.trace != nil)
    await journal.close()
  }

  @Test func aDenialIsRecordedWithoutWaiting() async throws {
    let requestID = Identifier.random.description
    journal.record(.example(requestID: requestID.uppercased()))
    journal.record(.example(requestID: "alice@mail.example"))
    await journal.close()
    let reopened = try fixture.open()
    let events = try await reopened.events(AuditQuery()).events
    #expect(events.map(\.kind) == [.denied, .denied])
    #expect(events.map(\.requestID) == ["", requestID])
    #expect(events.map(\.reason) == ["POLICY_FORBIDS", "POLICY_FORBIDS"])
    #expect(events.map(\.fields) == [["username"], ["username"]])
    #expect(events.allSatisfy { $0.creationID == nil && $0.userHash == nil && $0.pool == nil })
    await reopened.close()
  }

  @Test func aHostileDenialIsCut() async throws {
    let long = String(repeating: "x", count: 100_000)
    let fields = (0..<1000).map { "user_attributes[\($0)].\(long)" }
    journal.record(.example(organization: long, fields: fields))
    try await until { journal.statistics.records == 1 }
    let event = try #require(try await journal.events(AuditQuery()).events.first)
    #expect(event.organization.count == AuditEvent.organizationLimit)
    #expect(event.fields.count == AuditEvent.fieldLimit)
    #expect(event.fields.allSatisfy { $0.count == AuditEvent.fieldPathLimit })
    await journal.close()
  }

  @Test func theCallersCancellationStopsNeitherTheEffectNorTheRecord() async throws {
    let started = Gate()
    let proceed = Gate()
    let sawCancellation = Mutex(true)
    let call = Task {
      try await journal.record(.example()) {
        started.open()
        await proceed.wait()
        sawCancellation.withLock { $0 = Task.isCancelled }
        return .created()
      }
    }
    await started.wait()
    call.cancel()
    proceed.open()
    #expect(try await call.value == .created())
    #expect(sawCancellation.withLock { $0 } == false)
    #expect(try await journal.events(AuditQuery()).events.count == 2)
    await journal.close()
  }

  @Test func aClosedJournalRunsNoEffect() async throws {
    await journal.close()
    await journal.close()
    let ran = Mutex(false)
    await #expect(throws: ProvisioningError.auditUnavailable) {
      try await journal.record(.example()) {
        ran.withLock { $0 = true }
        return .created()
      }
    }
    #expect(ran.withLock { $0 } == false)
    journal.record(.example())
    #expect(journal.statistics.droppedNotices == 1)
    await #expect(throws: JournalError.self) { try await journal.events(AuditQuery()) }
  }

  @Test func closingWaitsForTheEffectsThatRun() async throws {
    let started = Gate()
    let proceed = Gate()
    let call = Task {
      try await journal.record(.example()) {
        started.open()
        await proceed.wait()
        return .created()
      }
    }
    await started.wait()
    let closing = Task { await journal.close() }
    proceed.open()
    #expect(try await call.value == .created())
    #expect(await closing.value == nil)
    let reopened = try fixture.open()
    #expect(try await reopened.events(AuditQuery()).events.count == 2)
    await reopened.close()
  }

  @Test func manyWritersShareCommits() async throws {
    let gate = Gate()
    try await withThrowingTaskGroup { group in
      for number in 0..<64 {
        group.addTask {
          _ = try await journal.record(.example(username: "user-\(number)")) {
            await gate.wait()
            return .created()
          }
        }
      }
      group.addTask { gate.open() }
      try await group.waitForAll()
    }
    #expect(journal.statistics.records == 128)
    #expect(journal.statistics.transactions < 128)
    #expect(journal.statistics.waiting == 0)
    let page = try await journal.events(AuditQuery(pageSize: 1000))
    #expect(Set(page.events.map(\.userHash)).count == 64)
    await journal.close()
  }

  @Test func theEffectStaysOnTheCallersExecutor() async throws {
    let executor = CountingExecutor()
    let call = Task(executorPreference: executor) {
      try await journal.record(.example()) {
        #expect(CountingExecutor.isCurrent)
        await Task.yield()
        #expect(CountingExecutor.isCurrent)
        return .created()
      }
    }
    #expect(try await call.value == .created())
    await journal.close()
  }
}

/// Runs jobs on a queue of its own, and knows it.
private final class CountingExecutor: TaskExecutor {
  private static let key = DispatchSpecificKey<Bool>()
  private let queue = DispatchQueue(label: "caller")

  init() { queue.setSpecific(key: Self.key, value: true) }

  static var isCurrent: Bool { DispatchQueue.getSpecific(key: key) == true }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
