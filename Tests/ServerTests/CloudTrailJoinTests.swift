import Testing

@testable import Provisioning
@testable import Server

@Suite struct CloudTrailJoinTests {
  private static let hour: Int64 = 3_600_000_000
  private static let pool = UserPool(id: "us-east-1_AbCd12345", region: "us-east-1")

  private func record(
    _ kind: AuditEvent.Kind, request: String? = nil, sub: String? = nil, at time: Int64 = hour,
    creation: Identifier? = nil
  ) -> AuditEvent {
    AuditEvent(
      id: Identifier(high: 1, low: UInt64(time)), kind: kind, wallMicroseconds: time,
      durationMicroseconds: 1_000_000, creationID: creation, requestID: "",
      origin: CallOrigin(callerID: "a", authentication: .token, onBehalfOf: nil, peer: ""),
      organization: "acme", pool: Self.pool, policyDigest: "", sub: sub,
      trace: request.map { UpstreamTrace(requestID: $0, httpStatus: 200) })
  }

  private func event(
    _ request: String, sub: String = "", at time: Int64 = hour, error: String = ""
  ) -> CloudTrailEvent {
    CloudTrailEvent(
      eventID: "e-\(request)", time: time, name: "AdminCreateUser", requestID: request,
      errorCode: error, principal: "arn", userPoolID: Self.pool.id, sub: sub)
  }

  private func join(
    _ events: [CloudTrailEvent], _ records: [AuditEvent],
    coverage: ClosedRange<Int64>? = 0...2 * hour
  ) -> CloudTrailJoin.Summary {
    var join = CloudTrailJoin(events: events, coverage: coverage)
    for record in records { join.add(record) }
    return join.result()
  }

  @Test func aCallIsJoinedOnceHoweverManyRecordsTellOfIt() {
    let summary = join(
      [event("r1", sub: "s1")],
      [record(.created, request: "r1", sub: "s1"), record(.created, request: "r1", sub: "s1")])
    #expect(summary.joinedByRequest == 1 && summary.joinedBySub == 0 && summary.findings == [])
  }

  /// What was found by looking the user up has no request of its own.
  @Test func aCreationThatWasReconciledIsJoinedBySub() {
    let summary = join([event("lost", sub: "s1")], [record(.reconciledCreated, sub: "s1")])
    #expect(summary.joinedBySub == 1 && summary.findings == [])
  }

  /// A record says nothing of a user where none was made.
  @Test(arguments: [AuditEvent.Kind.intended, .failed, .denied, .inDoubt, .reconciledAbsent])
  func recordsOfNoUserNeedNoEvent(kind: AuditEvent.Kind) {
    #expect(join([], [record(kind, request: "r9")]).findings == [])
  }

  @Test func aCallOfACreationInDoubtMayBeThatOne() {
    let creation = Identifier(high: 7, low: 7)
    let doubt = record(.unresolved, at: Self.hour, creation: creation)
    let near = event("r1", at: Self.hour - 30_000_000)
    let far = event("r2", at: Self.hour - 120_000_000)
    #expect(
      join([near, far], [doubt]).findings == [
        .aroundTheService(near, mayBe: creation), .aroundTheService(far, mayBe: nil),
      ])
  }

  @Test func onlyTimesThatTheFilesTellOfAreHeldAgainstThem() {
    let made = record(.created, request: "r1", sub: "s1", at: Self.hour + 999_999)
    #expect(join([], [made], coverage: nil).findings == [])
    #expect(join([], [made], coverage: 0...Self.hour - 1_000_000).findings == [])
    // An event's time is cut to the second.
    #expect(join([], [made], coverage: 0...Self.hour).findings == [.withoutAnEvent(made)])
  }

  @Test func callsThatFailedAreCounted() {
    let summary = join([event("r1", error: "TooManyRequestsException")], [])
    #expect(summary.failedWithoutARecord == 1 && summary.findings == [])
  }
}
