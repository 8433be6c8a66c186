import Testing

@testable import Provisioning

@Suite struct EvidenceTests {
  private static let timing = CreationTiming()
  private static let email = UserAttribute(name: "email", value: "ada@example.com")
  private static let marker = UserAttribute(
    name: "custom:creation_id", value: creationID.description)

  private func judge(
    _ wanted: [UserAttribute], _ found: [UserAttribute], after seconds: Int64? = 1
  ) -> EvidenceJudgement {
    let creation = CreationStateMachineTests.creation(.unknown, attributes: wanted)
    let start = creation.evidenceStart / 1_000_000
    return creation.judge(
      User(
        username: "ada", attributes: found,
        createTime: seconds.map { Timestamp(seconds: start + $0) }, pool: acmePools[0]),
      sendEnd: creation.evidenceStart + 5_000_000, timing: Self.timing)
  }

  @Test func aMarkerDecidesBothWays() {
    #expect(judge([Self.marker], [Self.marker], after: nil) == .ours(.markerAttribute))
    let other = UserAttribute(name: Self.marker.name, value: Identifier.nil.description)
    #expect(judge([Self.marker], [other]) == .foreign)
    #expect(judge([Self.marker], []) == .foreign)
  }

  @Test(
    arguments: [
      (-3, .foreign), (-2, .ours(.createTimeAndAttributes)),
      (65, .ours(.createTimeAndAttributes)), (66, .foreign),
    ] as [(Int64, EvidenceJudgement)])
  func theTimeOfCreationDecides(seconds: Int64, expected: EvidenceJudgement) {
    let sub = UserAttribute(name: "sub", value: "1")
    #expect(judge([Self.email], [sub, Self.email], after: seconds) == expected)
  }

  @Test func otherAttributesProveNothing() {
    let other = UserAttribute(name: "email", value: "other@example.com")
    #expect(judge([Self.email], [other]) == .inconclusive)
    #expect(judge([Self.email], [Self.email], after: nil) == .inconclusive)
  }

  @Test func aGeneratedNameIsOurs() {
    let creation = CreationStateMachineTests.creation(
      .unknown,
      decisions: [PolicyDecision(field: "username", rule: "r", effect: .generated)])
    let user = User(username: "ada", pool: acmePools[0])
    #expect(
      creation.judge(user, sendEnd: 0, timing: Self.timing) == .ours(.generatedUsername))
  }
}

@Suite struct AmbiguityBreakerTests {
  @Test func lostAnswersOpenItAndADefiniteOneClosesIt() {
    var breaker = AmbiguityBreaker()
    func admission(_ uptime: Duration) -> AmbiguityBreaker.Admission {
      breaker.admission(uptime: uptime)
    }
    for _ in 1..<AmbiguityBreaker.limit { breaker.loses() }
    #expect(admission(.zero) == .regular)
    breaker.loses()
    #expect(breaker.isOpen)
    #expect(admission(.milliseconds(999)) == .refused)
    // One probe at a time.
    #expect(admission(.seconds(1)) == .probe)
    #expect(admission(.seconds(1)) == .refused)
    breaker.loses(isProbe: true, uptime: .seconds(1))
    #expect(admission(.milliseconds(2999)) == .refused)
    #expect(admission(.seconds(3)) == .probe)
    breaker.probeWasNotSent()
    #expect(admission(.seconds(3)) == .probe)
    breaker.ended(isLost: false, isProbe: true, uptime: .seconds(3))
    #expect(breaker == AmbiguityBreaker())
  }

  /// Hundreds may be under way when it opens, and lose their answers all together.
  @Test func whatWasUnderWayNeitherLengthensThePauseNorLetsASecondProbeOut() {
    var breaker = AmbiguityBreaker()
    for _ in 0..<200 { breaker.loses() }
    let probe = breaker.admission(uptime: .seconds(1))
    #expect(probe == .probe)
    for _ in 0..<200 { breaker.loses(uptime: .seconds(1)) }
    let second = breaker.admission(uptime: .seconds(1))
    #expect(second == .refused)
  }

  @Test func someLostAnswersDoNotOpenIt() {
    var breaker = AmbiguityBreaker()
    for number in 0..<1000 {
      breaker.ended(isLost: number % 3 != 0, isProbe: false, uptime: .zero)
    }
    #expect(!breaker.isOpen)
  }
}

extension AmbiguityBreaker {
  fileprivate mutating func loses(isProbe: Bool = false, uptime: Duration = .zero) {
    ended(isLost: true, isProbe: isProbe, uptime: uptime)
  }
}

@Suite struct RequestIdentityTests {
  @Test func theOrderOfAttributesSaysNothing() {
    let turned = makeRequest { $0.userAttributes.reverse() }
    #expect(turned.canonicalBytes == makeRequest().canonicalBytes)
  }

  @Test func everyFieldCounts() {
    let changes: [(inout UserRequest) -> Void] = [
      { $0.organization = "b" }, { $0.username = "b" }, { $0.temporaryPassword = Sensitive("b") },
      { $0.userPoolID = "b" }, { $0.userAttributes.removeLast() },
      { $0.validationData = [UserAttribute(name: "a", value: "b")] },
      { $0.clientMetadata = [MetadataEntry(key: "a", value: "b")] },
      { $0.forceAliasCreation = true }, { $0.messageAction = .value(.send) },
      { $0.messageAction = .value(.suppress) },
      { $0.desiredDeliveryMediums = [.value(.sms)] },
      { $0.desiredDeliveryMediums = [.value(.email)] },
    ]
    let all = ([makeRequest()] + changes.map { makeRequest($0) }).map { request in
      request.canonicalBytes.withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }
    #expect(Set(all).count == all.count)
    let unkeyed = makeRequest { $0.requestID = someRequestID }
    #expect(unkeyed.canonicalBytes == makeRequest().canonicalBytes)
  }

  @Test func namesAreClaimedWithoutCase() {
    let specification = UserSpecification(
      pool: acmePools[0], username: "Ada",
      userAttributes: [UserAttribute(name: "email", value: "Ada@Example.com")])
    #expect(specification.claimedNames == ("ada", "ada@example.com", nil))
  }
}
