import Testing

@testable import Journal
@testable import Provisioning

@Suite("A creation as its records tell it", .timeLimit(.minutes(5)))
struct CreationHistoryTests {
  private static let now: Int64 = 1_800_000_000_000_000
  private static let events: [CreationEvent] = [
    .answered(.created()), .answered(.failed(.invalidPassword)), .answered(.failed(.throttled)),
    .answered(.failed(.timedOut, executed: .unknown)), .leaseEnded, .leaseRenewed, .foundForeign,
    .absent, .gaveUp, .repeated, .operatorDecided(.created), .operatorDecided(.absent),
    .found(created, .markerAttribute),
  ]
  private static let created = CreatedUser(
    user: User(username: "ada", pool: .example),
    invitation: Invitation(state: .sent, mediums: [.email]), trace: UpstreamTrace())

  private static func event(_ creation: Creation) -> AuditEvent {
    AuditEvent(
      id: .random, transition: CreationTransition(from: nil, creation: creation),
      names: NameHashes(epoch: 1, user: ""))
  }

  private static func row(_ creation: Creation) -> CreationHistory.Row {
    CreationHistory.Row(
      state: creation.state.rawValue, attempt: Int64(creation.attempt),
      fence: Int64(creation.fence))
  }

  private static func creation(_ action: MessageAction = .send) -> Creation {
    let hash = KeyedHash(bytes: [])
    return Creation(
      intent: .example(action: action), fingerprint: hash, claims: NameClaims(user: hash),
      now: now, leaseEnd: now)
  }

  /// What the service writes down of a random life, the verification takes, step by step.
  @Test(arguments: [MessageAction.send, .resend])
  func everyLifeOfTheStateMachineIsSound(_ action: MessageAction) {
    for _ in 0..<500 {
      var creation = Self.creation(action)
      var history = CreationHistory()
      #expect(history.add(Self.event(creation)) == nil)
      for _ in 0..<30 {
        guard let event = Self.events.randomElement(),
          let next = creation.step(event, now: Self.now, leaseEnd: Self.now)?.creation
        else { continue }
        // A lease that only changes hands leaves no record.
        if next.state != creation.state || next.attempt != creation.attempt {
          let problem = history.add(Self.event(next))
          #expect(problem == nil, "\(creation.state) to \(next.state)")
        }
        creation = next
        #expect(history.problem(with: Self.row(creation)) == nil)
      }
    }
  }

  private static func record(_ kind: AuditEvent.Kind, attempt: Int = 1, fence: Int = 1)
    -> AuditEvent
  {
    var event = event(creation())
    event.kind = kind
    event.attempt = attempt
    event.fence = fence
    return event
  }

  private static func problem(_ records: [AuditEvent]) -> String? {
    var history = CreationHistory()
    for record in records {
      if let problem = history.add(record) { return problem }
    }
    return nil
  }

  @Test func whatNoServiceWritesIsFound() {
    let intent = Self.record(.intended)
    #expect(Self.problem([Self.record(.created)])?.hasPrefix("I1") == true)
    #expect(Self.problem([intent, Self.record(.created, attempt: 2)])?.hasPrefix("I1") == true)
    #expect(Self.problem([intent, Self.record(.created, fence: 2)])?.hasPrefix("I7") == true)
    #expect(
      Self.problem([intent, Self.record(.created), Self.record(.failed)])?.hasPrefix("I7") == true)
    #expect(
      Self.problem([intent, Self.record(.created), Self.record(.intended, attempt: 2, fence: 2)])
        == "I5: attempt 2 after SUCCEEDED")
    #expect(Self.problem([Self.record(.intended, attempt: 2)])?.hasPrefix("I5") == true)
    #expect(
      Self.problem([
        intent, Self.record(.failed), Self.record(.intended, attempt: 3, fence: 2),
      ])?.hasPrefix("I5") == true)
    #expect(Self.problem([intent, Self.record(.reconciledAbsent)])?.hasPrefix("I7") == true)
    #expect(Self.problem([intent, Self.record(.denied)]) == "denied is no record of a creation")
  }

  /// A call in doubt that was sent again: only its further life tells that it was no RESEND.
  @Test func aBlindResendIsFound() {
    let again = [
      Self.record(.intended), Self.record(.inDoubt), Self.record(.intended, attempt: 2, fence: 2),
    ]
    #expect(Self.problem(again + [Self.record(.resent, attempt: 2, fence: 2)]) == nil)
    #expect(
      Self.problem(again + [Self.record(.created, attempt: 2, fence: 2)])
        == "I5: an attempt after one in doubt")
    let looked = [
      Self.record(.intended), Self.record(.inDoubt), Self.record(.unresolved),
      Self.record(.intended, attempt: 2, fence: 2),
    ]
    #expect(Self.problem(looked) == "I5: attempt 2 after UNRESOLVED")
  }

  @Test func aRowThatSaysSomethingElseIsFound() {
    var history = CreationHistory()
    let row = CreationHistory.Row(state: "SUCCEEDED", attempt: 1, fence: 1)
    #expect(history.problem(with: row) == "I10: SUCCEEDED without a record")
    #expect(history.add(Self.record(.intended)) == nil)
    #expect(history.problem(with: row)?.hasPrefix("I10: SUCCEEDED, attempt 1") == true)
    #expect(history.problem(with: nil)?.hasPrefix("I10") == true)
    #expect(history.add(Self.record(.created)) == nil)
    #expect(history.problem(with: row) == nil)
    // It is removed after its time.
    #expect(history.problem(with: nil) == nil)
    for wrong in [
      CreationHistory.Row(state: "FAILED", attempt: 1, fence: 1),
      CreationHistory.Row(state: "SUCCEEDED", attempt: 2, fence: 1),
      CreationHistory.Row(state: "SUCCEEDED", attempt: 1, fence: 0),
    ] {
      #expect(history.problem(with: wrong) != nil)
    }
  }
}
