import Testing

@testable import Journal
@testable import Provisioning

/// What every ``CreationStore`` promises: the same checks for each database.
struct CreationStoreContract: Sendable {
  /// Two replicas of the service on one store; the same value twice where there is only one.
  let store: any CreationStore
  let other: any CreationStore

  static let now: Int64 = 1_800_000_000_000_000

  func holds() async throws {
    try await aWrittenCreationIsReadBackInFull()
    try await aKeyIsTakenOnce()
    try await aNameIsTakenOnceWhileInFlight()
    try await ofTwoChangesOnOneStampOneIsWritten()
    try await anOldFenceIsRefused()
    try await aRepeatedAttemptClaimsItsNamesAgain()
    try await whatIsAbandonedIsFound()
    try await theCreatorsOfANameAreFound()
    try await settledRowsArePurged()
    try await racesHaveOneWinner()
    try await anOperatorDecidesOnce()
  }

  private func begun(_ intent: CreationIntent) async throws -> Creation {
    let creation = Creation.example(intent)
    #expect(try await store.write(.init(from: nil, creation: creation)) == .written)
    return creation
  }

  private func changed(
    _ creation: Creation, _ event: CreationEvent, isRecorded: Bool = true
  ) throws -> CreationTransition {
    let step = try #require(
      creation.step(event, now: Self.now + 7, leaseEnd: Self.now + 60_000_000))
    return CreationTransition(
      from: creation.stamp, creation: step.creation, isRecorded: isRecorded,
      duration: .milliseconds(3))
  }

  private func aWrittenCreationIsReadBackInFull() async throws {
    var creation = try await begun(.example(username: "full"))
    #expect(try await other.creation(creation.id) == creation)
    #expect(try await other.creation(creation.key) == creation)
    for event in [
      CreationEvent.answered(.failed(.timedOut, executed: .unknown)),
      .found(try DirectoryAnswer.created(username: "full").get(), .markerAttribute),
    ] {
      let change = try changed(creation, event)
      #expect(try await store.write(change) == .written)
      creation = change.creation
      #expect(try await other.creation(creation.id) == creation)
    }
    #expect(try await store.creation(Identifier.random) == nil)
    #expect(
      try await store.creation(CreationKey(callerID: "other", requestID: creation.key.requestID))
        == nil)
  }

  private func aKeyIsTakenOnce() async throws {
    let first = try await begun(.example(username: "key-1"))
    let second = Creation.example(
      .example(username: "key-2", requestID: first.key.requestID))
    #expect(try await other.write(.init(from: nil, creation: second)) == .keyTaken(first))
    #expect(try await store.creation(second.id) == nil)
    _ = try await begun(
      .example(username: "key-2", requestID: first.key.requestID, callerID: "other"))
  }

  private func aNameIsTakenOnceWhileInFlight() async throws {
    let first = try await begun(.example(username: "name-1"))
    var second = Creation.example(.example(username: "name-1"))
    second.claims.email = nil
    #expect(try await other.write(.init(from: nil, creation: second)) == .nameTaken(first))
    for claim in [\NameClaims.email, \.phone] {
      second = Creation.example(.example(username: "name-2"))
      second.claims[keyPath: claim] = first.claims[keyPath: claim]
      #expect(try await other.write(.init(from: nil, creation: second)) == .nameTaken(first))
    }
    let elsewhere = CreationIntent.example(username: "name-1").with(
      .recorded(
        pool: UserPool(id: "eu-west-1_XyZ987654", region: "eu-west-1"), username: "name-1",
        userAttributes: [], validationData: [], forceAliasCreation: false, messageAction: .send,
        desiredDeliveryMediums: [], clientMetadata: []))
    _ = try await begun(elsewhere)
    let settled = try changed(first, .answered(.created(username: "name-1")))
    #expect(try await store.write(settled) == .written)
    _ = try await begun(.example(username: "name-1"))
  }

  private func ofTwoChangesOnOneStampOneIsWritten() async throws {
    let creation = try await begun(.example(username: "stamp"))
    let won = try changed(creation, .answered(.created(username: "stamp")))
    let lost = try changed(creation, .answered(.failed(.usernameExists)))
    #expect(try await store.write(won) == .written)
    #expect(try await other.write(lost) == .superseded(won.creation))
    #expect(try await other.creation(creation.id) == won.creation)
    let nowhere = try changed(.example(.example(username: "nowhere")), .leaseEnded)
    #expect(try await other.write(nowhere) == .superseded(nil))
  }

  private func anOldFenceIsRefused() async throws {
    let creation = try await begun(.example(username: "fence"))
    let unknown = try changed(creation, .leaseEnded)
    #expect(unknown.creation.fence == 2)
    #expect(try await other.write(unknown) == .written)
    let late = try changed(creation, .answered(.created(username: "fence")))
    #expect(try await store.write(late) == .superseded(unknown.creation))
    let taken = try changed(unknown.creation, .leaseEnded, isRecorded: false)
    #expect(try await store.write(taken) == .written)
    #expect(
      try await other.write(try changed(unknown.creation, .absent)) == .superseded(taken.creation))
  }

  private func aRepeatedAttemptClaimsItsNamesAgain() async throws {
    let creation = try await begun(.example(username: "again"))
    let failed = try changed(creation, .answered(.failed(.throttled)))
    #expect(try await store.write(failed) == .written)
    let holder = try await begun(.example(username: "again"))
    let again = try changed(failed.creation, .repeated)
    #expect(again.creation.attempt == 2)
    #expect(try await other.write(again) == .nameTaken(holder))
    #expect(try await other.creation(creation.id) == failed.creation)
    #expect(try await store.write(try changed(holder, .answered(.created()))) == .written)
    #expect(try await other.write(again) == .written)
  }

  private func whatIsAbandonedIsFound() async throws {
    let early = Self.now - 3_600_000_000
    var expected: [Creation] = []
    for (number, state) in CreationState.allCases.enumerated() {
      var creation = Creation.example(.example(username: "open-\(number)"))
      creation.state = state
      creation.leaseEnd = early - Int64(number)
      #expect(try await store.write(.init(from: nil, creation: creation)) == .written)
      if !state.isSettled { expected.insert(creation, at: 0) }
    }
    #expect(try await other.abandoned(before: early + 1, limit: 100) == expected)
    #expect(try await other.abandoned(before: early + 1, limit: 1) == [expected[0]])
    #expect(try await other.abandoned(before: early - 100, limit: 100).isEmpty)
  }

  private func theCreatorsOfANameAreFound() async throws {
    var expected: Set<Identifier> = []
    for state in CreationState.allCases where !state.holdsNames {
      for time in [Self.now, Self.now + 1] {
        var creation = Creation.example(.example(username: "creator"))
        creation.state = state
        creation.updateTime = time
        #expect(try await store.write(.init(from: nil, creation: creation)) == .written)
        let isCreator = state == .succeeded || state == .reconciledCreated
        if isCreator, time > Self.now { expected.insert(creation.id) }
      }
    }
    let user = KeyedHash.example(1, "creator")
    let found = try await other.creators(
      of: NameInPool(poolID: UserPool.example.id, user: user), since: Self.now + 1)
    #expect(Set(found.map(\.id)) == expected)
    #expect(
      try await other.creators(of: NameInPool(poolID: "other", user: user), since: 0).isEmpty)
  }

  private func settledRowsArePurged() async throws {
    let early = Self.now - 3_600_000_000
    var kept: [Creation] = []
    var removed: [Creation] = []
    for (number, state) in CreationState.allCases.enumerated() {
      for time in [early - 1, early] {
        var creation = Creation.example(.example(username: "old-\(number)-\(time)"))
        creation.state = state
        creation.updateTime = time
        #expect(try await store.write(.init(from: nil, creation: creation)) == .written)
        if state.isSettled, time < early {
          removed.append(creation)
        } else {
          kept.append(creation)
        }
      }
    }
    try await store.purge(settledBefore: early, limit: 1)
    var left = 0
    for creation in removed where try await other.creation(creation.id) != nil { left += 1 }
    #expect(left == removed.count - 1)
    try await store.purge(settledBefore: early, limit: 1000)
    for creation in removed { #expect(try await other.creation(creation.id) == nil) }
    for creation in kept { #expect(try await other.creation(creation.id) == creation) }
    _ = try await begun(.example(username: "reused", requestID: removed[0].key.requestID))
  }

  private func anOperatorDecidesOnce() async throws {
    let clock = FixedClock()
    let (first, second) = (
      OperatorResolution(store: store, clock: clock), OperatorResolution(store: other, clock: clock)
    )
    let begun = try await begun(.example(username: "operated"))
    await #expect(throws: OperatorRefusal.self) {
      try await first.resolve(begun.id, as: .absent, by: "alice")
    }
    let doubt = try changed(begun, .answered(.failed(.timedOut, executed: .unknown)))
    #expect(try await store.write(doubt) == .written)
    await #expect(throws: OperatorRefusal.self) {
      try await first.resolve(begun.id, as: .absent, by: "alice")
    }
    let unresolved = try changed(doubt.creation, .gaveUp)
    #expect(try await store.write(unresolved) == .written)
    try await first.resolve(begun.id, as: .absent, by: "alice")
    try await second.resolve(begun.id, as: .absent, by: "bob")
    await #expect(throws: OperatorRefusal.self) {
      try await second.resolve(begun.id, as: .created, by: "bob")
    }
    let resolved = try #require(try await other.creation(begun.id))
    #expect(resolved.state == .operatorResolved && resolved.evidence == .operatorVerdict)
    #expect(resolved.operatorVerdict == .absent && resolved.updateTime == clock.now().microseconds)
    // Whoever looked after it meanwhile comes too late.
    #expect(
      try await store.write(try changed(unresolved.creation, .absent)) == .superseded(resolved))
    await #expect(throws: OperatorRefusal.self) {
      try await first.resolve(.random, as: .absent, by: "alice")
    }
  }

  private func racesHaveOneWinner() async throws {
    for round in 0..<20 {
      let requestID = Identifier.random.description
      let results = try await withThrowingTaskGroup(of: CreationWriteResult.self) { group in
        for number in 0..<16 {
          let store = number % 2 == 0 ? store : other
          group.addTask {
            try await store.write(
              .init(
                from: nil,
                creation: .example(
                  .example(
                    username: "race-\(round)",
                    requestID: number < 8 ? requestID : Identifier.random.description))))
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results.count { $0 == .written } == 1)
    }
  }
}

extension Creation {
  static func example(_ intent: CreationIntent) -> Creation {
    let intent = intent.with(intent.specification.withoutPassword)
    let name = intent.specification.username
    return Creation(
      intent: intent, fingerprint: KeyedHash(bytes: Array(repeating: 3, count: 32)),
      claims: NameClaims(
        user: .example(1, name), email: .example(2, name), phone: .example(3, name)),
      now: CreationStoreContract.now, leaseEnd: CreationStoreContract.now + 30_000_000)
  }
}

extension KeyedHash {
  /// Another one for each name and kind; no hash.
  static func example(_ kind: UInt8, _ name: String) -> KeyedHash {
    var bytes = [kind] + Array(name.utf8)
    bytes += Array(repeating: 0, count: max(0, 32 - bytes.count))
    return KeyedHash(bytes: Array(bytes.prefix(32)))
  }
}
