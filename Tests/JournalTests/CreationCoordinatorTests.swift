import Synchronization
import Testing

@testable import Journal
@testable import Provisioning

/// The service's own way through store, directory and clocks; what it decides is tested and
/// simulated apart.
@Suite(.timeLimit(.minutes(5)))
struct CreationCoordinatorTests {
  let fixture: JournalFixture
  let journal: SQLiteJournal

  init() throws {
    fixture = try JournalFixture()
    journal = try fixture.open()
  }

  /// A quarantine that a test can wait for.
  private static var timing: CreationTiming {
    var timing = CreationTiming()
    timing.quarantine = .milliseconds(20)
    timing.absenceInterval = .milliseconds(20)
    timing.firstLookInterval = .milliseconds(5)
    return timing
  }

  private static let lost = DirectoryAnswer.failed(.connectionLost, executed: .unknown)

  private func request(_ intent: CreationIntent = .example()) -> CreationRequest {
    CreationRequest(intent: intent, canonicalBytes: Sensitive("a"), deadline: nil)
  }

  private func state(_ request: CreationRequest) async throws -> CreationState? {
    try await journal.creations.creation(request.intent.reference.creationID)?.state
  }

  private func coordinator(
    lookUp: @escaping @Sendable (String) async -> DirectoryLookup = { _ in .notFound },
    answer: @escaping @Sendable (UserSpecification) async -> DirectoryAnswer
  ) -> CreationCoordinator {
    journal.makeCoordinator(
      directory: ScriptedDirectory(answer: answer, lookUp: lookUp), timing: Self.timing,
      logger: .silent)
  }

  @Test func theIntentIsDurableBeforeTheRequestAndTheOutcomeBeforeTheAnswer() async throws {
    let request = request()
    let seen = Mutex<CreationState?>(nil)
    let begun = Mutex<[CreationReference]>([])
    let coordinator = coordinator { [creations = journal.creations] specification in
      let row = try? await creations.creation(request.intent.reference.creationID)
      seen.withLock { $0 = row?.state }
      #expect(begun.withLock { $0 } == [request.intent.reference])
      #expect(specification.temporaryPassword == request.intent.specification.temporaryPassword)
      return .created()
    }
    let reply = try await coordinator.create(request) { reference in
      begun.withLock { $0.append(reference) }
    }
    #expect(!reply.isReplayed)
    #expect(seen.withLock { $0 } == .intent)
    #expect(try await state(request) == .succeeded)
    #expect(try await coordinator.create(request) { _ in }.isReplayed)
    #expect(coordinator.statistics.replays == 1)
    await journal.close()
  }

  @Test func nothingIsSentWhenTheJournalTakesNothing() async throws {
    let coordinator = coordinator { _ in
      Issue.record("sent")
      return .created()
    }
    await journal.close()
    await #expect(throws: ProvisioningError.auditUnavailable) {
      try await coordinator.create(request()) { _ in }
    }
    #expect(coordinator.statistics.refusals == ["AUDIT_UNAVAILABLE": 1])
  }

  /// The role of the policy in force: an operator may have mended it since.
  @Test func aRepeatIsSentByTheRoleThatItIsAllowed() async throws {
    let answers = Mutex([DirectoryAnswer.failed(.throttled), .created()])
    let roles = Mutex<[String?]>([])
    let coordinator = coordinator { specification in
      roles.withLock { $0.append(specification.pool.roleARN) }
      return answers.withLock { $0.removeFirst() }
    }
    let first = request()
    await #expect(throws: ProvisioningError.self) { try await coordinator.create(first) { _ in } }
    let mended = "arn:aws:iam::123456789012:role/mended"
    let pool = UserPool(id: UserPool.example.id, region: UserPool.example.region, roleARN: mended)
    let specification = UserSpecification(pool: pool, username: first.intent.specification.username)
    _ = try await coordinator.create(request(first.intent.with(specification))) { _ in }
    #expect(roles.withLock { $0 } == [UserPool.exampleByRole.roleARN, mended])
    await journal.close()
  }

  @Test func anAbsentUserIsAttemptedAgain() async throws {
    let answers = Mutex([Self.lost, .created()])
    let coordinator = coordinator { _ in answers.withLock { $0.removeFirst() } }
    let request = request()
    await #expect(throws: ProvisioningError.self) {
      try await coordinator.create(request) { _ in }
    }
    try await until { try await state(request) == .reconciledAbsent }
    let reply = try await coordinator.create(request) { _ in }
    #expect(!reply.isReplayed && reply.creation.attempt == 2)
    try await until { coordinator.statistics.inDoubt == 0 }
    #expect(
      coordinator.statistics.verdicts == [.init(state: .reconciledAbsent, evidence: nil): 1])
    await journal.close()
  }

  /// What a process left that was killed between the intent and the outcome.
  @Test func anIntentThatWasLeftIsTakenUpAtTheStart() async throws {
    let example = CreationIntent.example()
    let marker = UserAttribute(
      name: "custom:creation_id", value: example.reference.creationID.description)
    let intent = example.with(
      .recorded(
        pool: .example, username: "ada", userAttributes: [marker], validationData: [],
        forceAliasCreation: false, messageAction: .suppress, desiredDeliveryMediums: [],
        clientMetadata: []))
    let creation = Creation.example(intent)
    #expect(try await journal.creations.write(.init(from: nil, creation: creation)) == .written)
    let user = User(username: "ada", attributes: [marker], pool: .example)
    let coordinator = coordinator(lookUp: { _ in .found(user) }) { _ in .created() }
    try await coordinator.start()
    let found = try await coordinator.creation(
      .id(creation.id), waitingAtMost: .seconds(30))
    #expect(found?.state == .reconciledCreated && found?.evidence == .markerAttribute)
    #expect(found?.createdUser?.user == user)
    let events = try await journal.events(AuditQuery(creationID: creation.id)).events
    #expect(events.map(\.kind) == [.reconciledCreated, .inDoubt, .intended])
    #expect(events.map(\.fence) == [2, 2, 1])
    await journal.close()
  }

  /// As after a crash under load: nobody waits for the end of a lease, and the directory is not
  /// overrun.
  @Test func allThatWasLeftIsTakenUpAtTheStart() async throws {
    let count = 300
    var ids: [Identifier] = []
    for _ in 0..<count {
      let creation = Creation.example(.example())
      #expect(try await journal.creations.write(.init(from: nil, creation: creation)) == .written)
      ids.append(creation.id)
    }
    let looks = Mutex((now: 0, most: 0))
    let coordinator = coordinator(
      lookUp: { _ in
        looks.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        try? await Task.sleep(for: .milliseconds(1))
        looks.withLock { $0.now -= 1 }
        return .notFound
      }, answer: { _ in .created() })
    try await coordinator.start()
    try await until { coordinator.statistics.verdicts.values.reduce(0, +) == count }
    for id in ids {
      #expect(try await journal.creations.creation(id)?.state == .reconciledAbsent)
    }
    #expect(looks.withLock { (1...CreationReconciler.lookupLimit).contains($0.most) })
    await journal.close()
  }

  @Test func callsOfOneKeyMakeOneRequest() async throws {
    let sent = Counter()
    let gate = Gate()
    let coordinator = coordinator { _ in
      sent.add()
      await gate.wait()
      return .created()
    }
    let requests = (0..<16).map { _ in
      request(
        .example(username: "ada", requestID: "0192f0c1-7a55-7c3e-8b1a-000000000001"))
    }
    let opener = Task {
      try await until { sent.value == 1 }
      gate.open()
    }
    let replies = try await withThrowingTaskGroup(of: CreationReply.self) { group in
      for request in requests {
        group.addTask { try await coordinator.create(request) { _ in } }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    try await opener.value
    #expect(sent.value == 1)
    #expect(Set(replies.map(\.creation.id)).count == 1)
    #expect(replies.count { !$0.isReplayed } == 1)
    await journal.close()
  }

  @Test func reconcilingEndsWithItsTask() async throws {
    let coordinator = coordinator { _ in Self.lost }
    let running = Task { await coordinator.run() }
    await #expect(throws: ProvisioningError.self) {
      try await coordinator.create(request()) { _ in }
    }
    running.cancel()
    await running.value
    await journal.close()
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func add() { count.withLock { $0 += 1 } }
}
