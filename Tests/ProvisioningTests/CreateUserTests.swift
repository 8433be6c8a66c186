import Synchronization
import Testing

@testable import Provisioning

/// What happened, in order.
final class EventLog: Sendable {
  private let events = Mutex<[String]>([])

  func append(_ event: String) { events.withLock { $0.append(event) } }
  var all: [String] { events.withLock { $0 } }
}

/// Creations without a store: an intent, one request, an outcome.
final class MemoryJournal: Creations, DenialLog {
  let log: EventLog
  let error: ProvisioningError?
  let failure: DirectoryFailure?
  private let requests = Mutex<[CreationRequest]>([])
  private let denials = Mutex<[Denial]>([])

  init(
    log: EventLog, error: ProvisioningError? = nil, failure: DirectoryFailure? = nil
  ) {
    self.log = log
    self.error = error
    self.failure = failure
  }

  var recordedIntents: [CreationIntent] { requests.withLock { $0.map(\.intent) } }
  var recordedRequests: [CreationRequest] { requests.withLock { $0 } }
  var recordedDenials: [Denial] { denials.withLock { $0 } }
  var statistics: CreationStatistics { CreationStatistics() }

  func create(
    _ request: CreationRequest, willBegin: @escaping @Sendable (CreationReference) -> Void
  ) async throws(ProvisioningError) -> CreationReply {
    if let error { throw error }
    requests.withLock { $0.append(request) }
    let intent = request.intent
    willBegin(intent.reference)
    log.append("creation")
    if let failure { throw .directory(failure, intent.reference) }
    let none = KeyedHash(bytes: [])
    var creation = Creation(
      intent: intent, fingerprint: none, claims: NameClaims(user: none), now: 0, leaseEnd: 0)
    creation.state = .succeeded
    creation.answer = .success(
      CreatedUser(
        user: User(username: intent.specification.username, pool: intent.specification.pool),
        invitation: intent.specification.expectedInvitation, trace: UpstreamTrace()))
    return CreationReply(creation: creation, isReplayed: false)
  }

  func creation(
    _ selector: CreationSelector, waitingAtMost wait: Duration
  ) async throws(JournalError) -> Creation? { nil }

  func start() async throws(JournalError) {}
  func run() async {}

  func record(_ denial: Denial) {
    denials.withLock { $0.append(denial) }
    log.append("denial")
  }
}

/// 1, 2, 3, …
final class CountingIdentifiers: IdentifierSource {
  private let last = Mutex<UInt64>(0)

  func next() -> Identifier {
    last.withLock { last in
      last += 1
      return Identifier(high: 0, low: last)
    }
  }
}

/// CreateUser under one policy.
private struct UseCase {
  let createUser: CreateUser
  let policy: Policy

  func callAsFunction(
    _ request: UserRequest, caller: Caller, origin: CallOrigin, deadline: ContinuousClock.Instant?
  ) async throws(ProvisioningError) -> CreateUserResult {
    let preparation = try createUser.prepare(
      request, caller: caller, origin: origin, under: policy, deadline: deadline)
    return switch preparation {
    case .validated(let result): result
    case .creation(let creation): try await createUser.create(creation)
    }
  }
}

struct FixedClock: WallClock {
  func now() -> Timestamp { Timestamp(seconds: 1_795_219_200) }
}

@Suite("CreateUser")
struct CreateUserTests {
  static let origin = CallOrigin(
    callerID: "billing", authentication: .anonymous, onBehalfOf: "job-7", peer: "127.0.0.1")
  static let identifiers = (1...2).map { Identifier(high: 0, low: UInt64($0)).description }

  let log = EventLog()

  private func makeUseCase(
    journal: MemoryJournal, policy: Policy? = nil
  ) throws -> UseCase {
    UseCase(
      createUser: CreateUser(
        creations: journal, denials: journal, identifiers: CountingIdentifiers(),
        clock: FixedClock(), random: SeededSource()),
      policy: try policy ?? makePolicy())
  }

  private func run(
    _ useCase: UseCase, _ request: UserRequest, deadline: ContinuousClock.Instant? = nil
  ) async -> Result<CreateUserResult, ProvisioningError> {
    do throws(ProvisioningError) {
      return .success(
        try await useCase(request, caller: fullCaller, origin: Self.origin, deadline: deadline))
    } catch {
      return .failure(error)
    }
  }

  @Test("What the policy allows is created")
  func creation() async throws {
    let journal = MemoryJournal(log: log)
    let policy = try makePolicy(company: rules { $0.messageAction.default = .suppress })
    let result = try await run(makeUseCase(journal: journal, policy: policy), makeRequest()).get()
    #expect(log.all == ["creation"])
    #expect(!result.reference.isRepeatable && !result.isReplayed)
    #expect(result.reference.creationID.description == Self.identifiers[0])
    #expect(result.reference.requestID == Self.identifiers[1])
    #expect(result.policyDigest == "d1")
    #expect(result.decisions.map(\.field) == ["message_action", "desired_delivery_mediums"])
    let intent = try #require(journal.recordedIntents.first)
    #expect(intent.reference == result.reference)
    #expect(intent.origin == Self.origin)
    #expect(intent.organization == "acme")
    #expect(intent.policyDigest == "d1")
    #expect(intent.decisions == result.decisions)
    #expect(intent.specification.messageAction == .suppress)
    guard case .created(let created) = result.outcome else {
      Issue.record("no user was created")
      return
    }
    #expect(created.user.username == "ada")
  }

  @Test("The caller's request id is kept, in lower case")
  func requestID() async throws {
    let journal = MemoryJournal(log: log)
    let policy = try makePolicy(
      company: try rules { $0.clientMetadata.fixed = try entries(["id": "${request.id}"]) })
    let request = makeRequest { $0.requestID = "ABCDEF01-2345-6789-ABCD-EF0123456789" }
    let result = try await run(makeUseCase(journal: journal, policy: policy), request).get()
    let expected = "abcdef01-2345-6789-abcd-ef0123456789"
    #expect(result.reference.requestID == expected && result.reference.isRepeatable)
    #expect(journal.recordedRequests.first?.canonicalBytes == request.canonicalBytes)
    #expect(journal.recordedIntents.first?.specification.clientMetadata.first?.value == expected)
  }

  @Test("validate_only records nothing, sends nothing, and shows the nil UUID")
  func validateOnly() async throws {
    let journal = MemoryJournal(log: log)
    let policy = try makePolicy(
      company: try rules { $0.clientMetadata.fixed = try entries(["id": "${creation.id}"]) })
    let useCase = try makeUseCase(journal: journal, policy: policy)
    let result = try await run(useCase, makeRequest { $0.validateOnly = true }).get()
    #expect(result.reference == CreationReference(creationID: .nil, requestID: ""))
    guard case .validated(let specification) = result.outcome else {
      Issue.record("the call was not only validated")
      return
    }
    #expect(specification.clientMetadata.first?.value == "00000000-0000-0000-0000-000000000000")
    let wrong = makeRequest {
      $0.validateOnly = true
      $0.username = ""
    }
    #expect(
      await run(useCase, wrong)
        == .failure(
          .invalid([
            Violation(
              field: "username", description: "1 to 128 visible characters, no white space")
          ])))
    #expect(log.all.isEmpty)
  }

  @Test("Refused and invalid requests are recorded as denials, without free text of the caller")
  func denials() async throws {
    let journal = MemoryJournal(log: log)
    let useCase = try makeUseCase(journal: journal)
    let requests = [
      makeRequest { $0.organization = "ada@example.com" },
      makeRequest {
        $0.userAttributes.append(UserAttribute(name: "sub", value: "1"))
        $0.requestID = someRequestID.uppercased()
      },
      makeRequest {
        $0.username = ""
        $0.requestID = "not a UUID"
      },
    ]
    for request in requests { _ = await run(useCase, request) }
    #expect(log.all == ["denial", "denial", "denial"])
    let denials = journal.recordedDenials
    #expect(
      denials.map(\.reason) == ["ORGANIZATION_NOT_GRANTED", "POLICY_FORBIDS", "INVALID_REQUEST"])
    #expect(
      denials.map(\.fields) == [
        ["organization"], ["user_attributes[2].name"], ["username", "request_id"],
      ])
    #expect(denials.map(\.organization) == ["", "acme", "acme"])
    #expect(denials.map(\.requestID) == ["", someRequestID, ""])
    #expect(denials.allSatisfy { $0.origin == Self.origin && $0.policyDigest == "d1" })
  }

  @Test("A record has the document's own name of the organization, or none")
  func organizationName() async throws {
    let journal = MemoryJournal(log: log)
    let own = "\u{212B}"
    let policy = try Policy(
      digest: "d1", company: PolicyRules(),
      organizations: [
        OrganizationEntry(name: own, rules: rules { $0.userPools = acmePools })
      ], callers: [anonymous(fullCaller)])
    let useCase = try makeUseCase(journal: journal, policy: policy)
    for name in [own, "A\u{30A}", "\u{C5}"] {
      _ = await run(useCase, makeRequest { $0.organization = name })
    }
    #expect(journal.recordedIntents.map { Array($0.organization.utf8) } == [Array(own.utf8)])
    #expect(journal.recordedDenials.map(\.organization) == ["", ""])
  }

  @Test("A missing permission is recorded as a denial")
  func permissionDenial() async throws {
    let journal = MemoryJournal(log: log)
    var caller = fullCaller
    caller.permissions = []
    let useCase = try makeUseCase(journal: journal)
    await #expect(throws: ProvisioningError.refused(.permissionMissing(.createUsers))) {
      try await useCase(makeRequest(), caller: caller, origin: Self.origin, deadline: nil)
    }
    #expect(journal.recordedDenials.map(\.reason) == ["PERMISSION_MISSING"])
  }

  @Test("Past its deadline nothing is recorded and nothing is sent")
  func deadline() async throws {
    let useCase = try makeUseCase(journal: MemoryJournal(log: log))
    let past = ContinuousClock.now - .seconds(1)
    #expect(await run(useCase, makeRequest(), deadline: past) == .failure(.deadlineExceeded))
    #expect(log.all.isEmpty)
  }

  @Test("The errors of a creation come back as they are")
  func errors() async throws {
    for error in [
      ProvisioningError.auditUnavailable, .requestIDReused,
      .outcomeNotRecorded(
        CreationReference(creationID: Identifier(high: 0, low: 1), requestID: someRequestID)),
    ] {
      let useCase = try makeUseCase(journal: MemoryJournal(log: log, error: error))
      #expect(await run(useCase, makeRequest()) == .failure(error))
    }
  }

  @Test("The directory's failure comes back with the reference")
  func directoryFailure() async throws {
    let failure = DirectoryFailure(kind: .usernameExists, executed: .no)
    let useCase = try makeUseCase(journal: MemoryJournal(log: log, failure: failure))
    let reference = CreationReference(
      creationID: Identifier(high: 0, low: 1), requestID: someRequestID, isRepeatable: true)
    let request = makeRequest { $0.requestID = someRequestID }
    #expect(await run(useCase, request) == .failure(.directory(failure, reference)))
  }

  @Test("A pool that does not exist is the caller's matter only when it named the pool")
  func missingPool() async throws {
    for (requested, kind) in [
      ("", DirectoryFailure.Kind.poolNotFound), ("us-east-1_AbCd12345", .requestedPoolNotFound),
    ] {
      let useCase = try makeUseCase(
        journal: MemoryJournal(
          log: log, failure: DirectoryFailure(kind: .poolNotFound, executed: .no)))
      let outcome = await run(useCase, makeRequest { $0.userPoolID = requested })
      guard case .failure(.directory(let failure, _)) = outcome else {
        Issue.record("no failure of the directory")
        continue
      }
      #expect(failure.kind == kind)
    }
  }
}
