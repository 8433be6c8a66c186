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
    func admits(_ uptime: Duration) -> Bool { breaker.admits(uptime: uptime) }
    for _ in 1..<AmbiguityBreaker.limit { breaker.ended(isLost: true, uptime: .zero) }
    #expect(admits(.zero))
    breaker.ended(isLost: true, uptime: .zero)
    #expect(breaker.isOpen)
    #expect(!admits(.milliseconds(999)))
    // One probe at a time.
    #expect(admits(.seconds(1)))
    #expect(!admits(.seconds(1)))
    breaker.ended(isLost: true, uptime: .seconds(1))
    #expect(!admits(.milliseconds(2999)))
    #expect(admits(.seconds(3)))
    breaker.wasNotSent()
    #expect(admits(.seconds(3)))
    breaker.ended(isLost: false, uptime: .seconds(3))
    #expect(breaker == AmbiguityBreaker())
  }

  @Test func someLostAnswersDoNotOpenIt() {
    var breaker = AmbiguityBreaker()
    for number in 0..<1000 { breaker.ended(isLost: number % 3 != 0, uptime: .zero) }
    #expect(!breaker.isOpen)
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
