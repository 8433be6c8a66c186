import CognitoSandbox
import Testing

@Suite struct DeliveryTests {
  private static let email = userAttributes(["email": "a@example.com"])
  private static let phone = userAttributes(["phone_number": "+493012345"])
  private static let noPhone = "No phone number provided but desired delivery medium was SMS"
  private static let noEmail = "No email provided but desired delivery medium was Email"

  static let refused = [
    (email, noPhone),
    (email + #","DesiredDeliveryMediums":["SMS"]"#, noPhone),
    (phone + #","DesiredDeliveryMediums":["EMAIL"]"#, noEmail),
    (email + #","DesiredDeliveryMediums":["EMAIL","SMS"]"#, noPhone),
  ]

  @Test(arguments: refused)
  func aMediumNeedsItsContact(_ members: String, _ message: String) async throws {
    try await withSandbox { server async throws in
      let answer = try await server.create("alice", members)
      #expect(answer.errorType == "InvalidParameterException")
      #expect(answer.message == message)
      #expect(server.pool(poolID)?.userCount == 0)
    }
  }

  @Test(arguments: [
    phone, email + #","DesiredDeliveryMediums":["EMAIL"]"#,
    email + #","DesiredDeliveryMediums":["SMS"],"MessageAction":"SUPPRESS""#,
  ])
  func whoCanBeReachedOrNeedNotBeIsMade(_ members: String) async throws {
    try await withSandbox { server async throws in
      #expect(try await server.create("alice", members).status == 200)
    }
  }

  @Test func aPoolMayLeaveTheDefaultMessageOut() async throws {
    let pool = SandboxPool(id: poolID, defaultDelivery: .omitted)
    try await withSandbox(pool: pool) { server async throws in
      #expect(try await server.create("alice", Self.email).status == 200)
      let explicit = try await server.create(
        "bob", Self.email + #","DesiredDeliveryMediums":["SMS"]"#)
      #expect(explicit.message == Self.noPhone)
    }
  }
}
