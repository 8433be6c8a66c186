import Testing

@testable import Provisioning

@Suite struct ReconciliationTests {
  private typealias Machine = CreationStateMachineTests

  private static let time = Timestamp(seconds: Machine.now / 1_000_000 + 1)
  private static let moment = Moment(wall: Machine.now + 5_000_000, uptime: .seconds(5))

  /// A user who came into being while the call was under way.
  private static let created = CreatedUser(
    user: User(username: "ada", createTime: time, pool: acmePools[0]),
    invitation: Invitation(state: .suppressed, mediums: []), trace: UpstreamTrace())

  /// Another creation of the same name, which knows the same user.
  private static func other(_ action: MessageAction) -> Creation {
    let intent = CreationIntent(
      reference: CreationReference(
        creationID: Identifier(high: 1, low: 2), requestID: Identifier(high: 3, low: 4).description),
      origin: Machine.creation().intent.origin, organization: "acme", policyDigest: "d1",
      decisions: [],
      specification: UserSpecification(
        pool: acmePools[0], username: "ada", messageAction: action))
    let model = Machine.creation()
    var other = Creation(
      intent: intent, fingerprint: model.fingerprint, claims: model.claims, now: Machine.now,
      leaseEnd: Machine.leaseEnd)
    other.state = .succeeded
    other.answer = .success(created)
    return other
  }

  /// However late somebody looks: an hour after the attempt a user can only be somebody else's.
  @Test(arguments: zip([2, 3600], [CreationState.reconciledCreated, .existsForeign]))
  func aUserIsJudgedByTheEndOfTheAttempt(_ seconds: Int64, _ verdict: CreationState) throws {
    var creation = Machine.creation(.unknown)
    creation.sendEnd = Machine.now + 2_000_000
    let late = Moment(wall: Machine.now + 4_000_000_000, uptime: .seconds(4000))
    var reconciliation = Reconciliation(
      creation, isHeld: true, mayStillBeSent: true, now: late, timing: CreationTiming())
    var user = Self.created.user
    user.createTime = Timestamp(seconds: Machine.now / 1_000_000 + seconds)
    var action = reconciliation.looked(.found(user), now: late)
    if case .compare = action { action = reconciliation.compared([], now: late) }
    guard case .write(let change) = action else {
      Issue.record("no verdict")
      return
    }
    #expect(change.creation.state == verdict)
  }

  /// An invitation that was sent again tells of the user, and did not make it.
  @Test(arguments: [
    (MessageAction.send, CreationState.existsForeign), (.resend, .reconciledCreated),
  ])
  func aUserIsOfTheCreationThatMadeIt(_ action: MessageAction, _ verdict: CreationState) throws {
    var creation = Machine.creation(.unknown)
    creation.sendEnd = Machine.now + 2_000_000
    var reconciliation = Reconciliation(
      creation, isHeld: true, mayStillBeSent: false, now: Self.moment, timing: CreationTiming())
    guard case .look = reconciliation.begin(now: Self.moment),
      case .compare = reconciliation.looked(.found(Self.created.user), now: Self.moment),
      case .write(let change) = reconciliation.compared([Self.other(action)], now: Self.moment)
    else {
      Issue.record("no verdict")
      return
    }
    #expect(change.creation.state == verdict)
  }
}
