import CognitoSandbox
import Foundation
import Testing

@Suite struct UsernameAttributePoolTests {
  private static let pool = SandboxPool(
    id: poolID, usernameAttributes: [.email], isCaseSensitive: false)

  @Test func theNameIsGeneratedAndTheValueKept() async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      let user = try await server.create("Alice@example.com", suppressed(["name": "A"])).user
      #expect(UUID(uuidString: user.username) != nil)
      #expect(user.value(of: "sub") == user.username)
      #expect(user.value(of: "email") == "Alice@example.com")
      for name in [user.username, "alice@EXAMPLE.com"] {
        let found = try await server.get(name).decoded(as: TestAnswer.User.self)
        #expect(found.username == user.username)
      }
    }
  }

  @Test func theSameValueIsADuplicate() async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      _ = try await server.create("alice@example.com")
      let second = try await server.create("ALICE@example.com")
      #expect(second.errorType == "UsernameExistsException")
      #expect(second.message == "An account with the given email already exists.")
    }
  }

  @Test(arguments: [
    ([SandboxAlias.email], "alice", "Username should be an email."),
    ([.email], "+493012345", "Username should be an email."),
    ([.phoneNumber], "a@example.com", "Username should be a phone number."),
    ([.email, .phoneNumber], "alice", "Username should be either an email or a phone number."),
  ])
  func anotherShapeIsRefused(
    _ attributes: [SandboxAlias], _ username: String, _ message: String
  ) async throws {
    let pool = SandboxPool(id: poolID, usernameAttributes: Set(attributes))
    try await withSandbox(pool: pool) { server async throws in
      let answer = try await server.create(username)
      #expect(answer.errorType == "InvalidParameterException")
      #expect(answer.message == message)
    }
  }

  @Test func anAttributeMustAgreeWithTheName() async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      let same = try await server.create("a@example.com", suppressed(["email": "A@example.com"]))
      #expect(same.status == 200)
      let other = try await server.create("b@example.com", suppressed(["email": "c@example.com"]))
      #expect(other.errorType == "InvalidParameterException")
    }
  }

  @Test func anInvitationIsResentToTheSameUser() async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      let made = try await server.create("a@example.com").user
      let resent = try await server.create(
        "a@example.com", #""MessageAction":"RESEND","DesiredDeliveryMediums":["EMAIL"]"#)
      #expect(try resent.user.username == made.username)
      #expect(server.pool(poolID)?.userCount == 1)
    }
  }
}
