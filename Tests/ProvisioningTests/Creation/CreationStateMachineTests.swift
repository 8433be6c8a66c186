import Testing

@testable import Provisioning

@Suite struct CreationStateMachineTests {
  static let now: Int64 = 1_800_000_000_000_000
  static let leaseEnd = now + 30_000_000

  /// Every cell: what each event does to a creation in each state; what is not here cannot happen.
  static let table: [CreationState: [String: (CreationState, [CreationEffect])]] = [
    .intent: [
      "created": (.succeeded, []), "refused": (.failed, []), "notExecuted": (.failed, []),
      "lost": (.unknown, [.reconcile]), "leaseEnded": (.unknown, [.reconcile]),
      "leaseRenewed": (.intent, []), "repeated": (.intent, [.wait]),
    ],
    .succeeded: ["repeated": (.succeeded, [.replay])],
    .failed: ["repeated": (.intent, [.send])],
    .unknown: [
      "leaseEnded": (.unknown, [.reconcile]), "leaseRenewed": (.unknown, []),
      "found": (.reconciledCreated, []), "foundForeign": (.existsForeign, []),
      "absent": (.reconciledAbsent, []), "gaveUp": (.unresolved, [.alarm, .reconcile]),
      "operatorDecided": (.operatorResolved, []), "repeated": (.unknown, [.answerInDoubt]),
    ],
    .reconciledCreated: ["repeated": (.reconciledCreated, [.replay])],
    .reconciledAbsent: ["repeated": (.intent, [.send])],
    .existsForeign: ["repeated": (.existsForeign, [.replay])],
    .unresolved: [
      "leaseEnded": (.unresolved, [.reconcile]), "leaseRenewed": (.unresolved, []),
      "found": (.reconciledCreated, []), "foundForeign": (.existsForeign, []),
      "absent": (.reconciledAbsent, []), "operatorDecided": (.operatorResolved, []),
      "repeated": (.unresolved, [.answerInDoubt]),
    ],
    .operatorResolved: ["repeated": (.operatorResolved, [.replay])],
  ]

  static let events: [String: CreationEvent] = [
    "created": .answered(.success(created)),
    "refused": .answered(.failure(DirectoryFailure(kind: .invalidPassword, executed: .no))),
    "notExecuted": .answered(.failure(DirectoryFailure(kind: .throttled, executed: .no))),
    "lost": .answered(.failure(DirectoryFailure(kind: .timedOut, executed: .unknown))),
    "leaseEnded": .leaseEnded, "leaseRenewed": .leaseRenewed,
    "found": .found(created, .markerAttribute), "foundForeign": .foundForeign, "absent": .absent,
    "gaveUp": .gaveUp, "repeated": .repeated, "operatorDecided": .operatorDecided(.created),
  ]

  static let created = CreatedUser(
    user: User(username: "ada", pool: acmePools[0]),
    invitation: Invitation(state: .suppressed, mediums: []), trace: UpstreamTrace())

  static func creation(
    _ state: CreationState = .intent, action: MessageAction = .send,
    attributes: [UserAttribute] = [], decisions: [PolicyDecision] = []
  ) -> Creation {
    var creation = Creation(
      intent: CreationIntent(
        reference: CreationReference(creationID: creationID, requestID: someRequestID),
        origin: CallOrigin(
          callerID: "billing", authentication: .anonymous, onBehalfOf: nil, peer: "::1"),
        organization: "acme", policyDigest: "d1", decisions: decisions,
        specification: UserSpecification(
          pool: acmePools[0], username: "ada", userAttributes: attributes,
          messageAction: action)),
      fingerprint: KeyedHash(bytes: [1]), claims: NameClaims(user: KeyedHash(bytes: [2])),
      now: now - 1_000_000, leaseEnd: leaseEnd)
    creation.state = state
    return creation
  }

  @Test(arguments: CreationState.allCases) func everyCell(state: CreationState) throws {
    let row = try #require(Self.table[state])
    let creation = Self.creation(state)
    for (name, event) in Self.events {
      let step = creation.step(event, now: Self.now, leaseEnd: Self.leaseEnd)
      #expect(step?.creation.state == row[name]?.0, "\(state), \(name)")
      #expect(step?.effects == row[name]?.1, "\(state), \(name)")
    }
  }

  @Test func anAttemptIsNumberedAndHasANewFence() throws {
    var creation = Self.creation(.failed)
    creation.answer = .failure(DirectoryFailure(kind: .throttled, executed: .no))
    creation.sendEnd = 3
    let again = try #require(
      creation.step(.repeated, now: Self.now, leaseEnd: Self.leaseEnd)?.creation)
    #expect((again.attempt, again.fence) == (2, 2))
    #expect(again.answer == nil && again.sendEnd == nil)
    #expect((again.attemptTime, again.evidenceStart) == (Self.now, Self.now))
    #expect(again.createTime == creation.createTime)
  }

  /// A user of the attempt that was taken for absent is still this creation's.
  @Test func afterAnAbsenceAnEarlierUserCounts() throws {
    let creation = Self.creation(.reconciledAbsent)
    let again = try #require(
      creation.step(.repeated, now: Self.now, leaseEnd: Self.leaseEnd)?.creation)
    #expect(again.evidenceStart == creation.evidenceStart)
    let exists = CreationEvent.answered(
      .failure(DirectoryFailure(kind: .usernameExists, executed: .yes)))
    #expect(again.step(exists, now: Self.now, leaseEnd: 0)?.creation.state == .unknown)
    #expect(
      Self.creation().step(exists, now: Self.now, leaseEnd: 0)?.creation.state == .failed)
  }

  /// Whatever became of attempts in between.
  @Test func anAbsenceIsRememberedOverAFailedAttempt() throws {
    var creation = Self.creation(.reconciledAbsent)
    let failures: [DirectoryFailure.Kind] = [.throttled, .usernameExists]
    for (number, kind) in failures.enumerated() {
      let now = Self.now + Int64(number)
      creation = try #require(creation.step(.repeated, now: now, leaseEnd: 0)?.creation)
      let answer = DirectoryAnswer.failure(DirectoryFailure(kind: kind, executed: .no))
      creation = try #require(creation.step(.answered(answer), now: now, leaseEnd: 0)?.creation)
    }
    #expect(creation.state == .unknown)
  }

  @Test(arguments: DirectoryFailure.Kind.allCases)
  func onlyVerdictsAboutTheRequestAreReplayed(kind: DirectoryFailure.Kind) throws {
    var creation = Self.creation(.failed)
    creation.answer = .failure(DirectoryFailure(kind: kind, executed: .no))
    let step = try #require(creation.step(.repeated, now: Self.now, leaseEnd: Self.leaseEnd))
    let verdicts: Set<DirectoryFailure.Kind> = [
      .invalidParameter, .invalidPassword, .usernameExists, .aliasExists, .userNotFound,
      .unsupportedUserState, .rejectedByTrigger,
    ]
    #expect(step.effects == (verdicts.contains(kind) ? [.replay] : [.send]))
  }

  @Test func aRepeatWaitsOnlyWhileTheLeaseLasts() {
    let step = Self.creation().step(.repeated, now: Self.leaseEnd, leaseEnd: 0)
    #expect(step?.effects == [.answerInDoubt])
  }

  /// Nothing can tell whether a message went out, so neither a lost answer nor a crash is looked
  /// into: the user was there before.
  @Test(arguments: ["lost", "leaseEnded"])
  func aResendInDoubtMayBeRepeated(_ end: String) throws {
    let creation = Self.creation(action: .resend)
    let lost = try #require(Self.events[end])
    let step = try #require(creation.step(lost, now: Self.now, leaseEnd: 0))
    #expect((step.creation.state, step.effects) == (.failed, []))
    #expect(
      step.creation.step(.repeated, now: Self.now, leaseEnd: Self.leaseEnd)?.effects == [.send])
    guard case .directory(let failure, let reference) = step.creation.error(isRepeatable: true)
    else {
      Issue.record("no failure of the directory")
      return
    }
    #expect(failure.executed == .unknown && !reference.isRepeatable)
  }

  /// Random walks: fences never fall, attempts grow by one, settled states stay.
  @Test(arguments: 0..<50) func walks(seed: Int) {
    var random = SystemRandomNumberGenerator()
    var creation = Self.creation()
    for _ in 0..<200 {
      guard let event = Self.events.values.randomElement(using: &random),
        let next = creation.step(event, now: Self.now, leaseEnd: Self.leaseEnd)?.creation
      else { continue }
      #expect(next.fence >= creation.fence)
      #expect((0...1).contains(next.attempt - creation.attempt))
      if creation.state.isSettled, next.state != creation.state {
        #expect(next.state == .intent && next.attempt > creation.attempt)
        #expect(creation.state == .failed || creation.state == .reconciledAbsent)
      }
      creation = next
    }
  }
}
