import CognitoSandbox
import Testing

@Suite struct AliasPoolTests {
  private static let pool = SandboxPool(
    id: poolID, aliasAttributes: [.email, .phoneNumber, .preferredUsername],
    isCaseSensitive: false)
  private static let verified = suppressed([
    "email": "shared@example.com", "email_verified": "true",
  ])

  @Test(arguments: [
    (
      "alice@example.com",
      "Username cannot be of email format, since user pool is configured for email alias."
    ),
    (
      "+493012345",
      "Username cannot be of phone number format, since user pool is configured for phone number "
        + "alias."
    ),
  ])
  func aNameLikeAnAliasIsRefused(_ username: String, _ message: String) async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      let answer = try await server.create(username)
      #expect(answer.errorType == "InvalidParameterException")
      #expect(answer.message == message)
    }
  }

  @Test func aPoolWithoutAliasesTakesSuchNames() async throws {
    try await withSandbox { server async throws in
      #expect(try await server.create("alice@example.com").status == 200)
    }
  }

  @Test func aVerifiedAliasBelongsToOne() async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      #expect(try await server.create("alice", Self.verified).status == 200)
      let second = try await server.create(
        "bob", suppressed(["email": "SHARED@example.com", "email_verified": "true"]))
      #expect(second.errorType == "AliasExistsException")
      #expect(try await server.get("bob").errorType == "UserNotFoundException")
      let found = try await server.get("Shared@Example.com").decoded(as: TestAnswer.User.self)
      #expect(found.username == "alice")
    }
  }

  @Test func anUnverifiedOneIsNoAlias() async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      #expect(try await server.create("alice", Self.verified).status == 200)
      let second = try await server.create("bob", suppressed(["email": "shared@example.com"]))
      #expect(second.status == 200)
    }
  }

  @Test func forceAliasCreationMovesTheAlias() async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      _ = try await server.create("alice", Self.verified)
      let second = try await server.create("bob", Self.verified + #","ForceAliasCreation":true"#)
      #expect(second.status == 200)
      let owner = try await server.get("shared@example.com").decoded(as: TestAnswer.User.self)
      #expect(owner.username == "bob")
      let former = try await server.get("alice").decoded(as: TestAnswer.User.self)
      #expect(former.value(of: "email") == "shared@example.com")
      #expect(former.value(of: "email_verified") == "false")
    }
  }

  @Test func aPreferredUsernameCannotBeMoved() async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      let members = suppressed(["preferred_username": "ace"])
      _ = try await server.create("alice", members)
      let second = try await server.create("bob", members + #","ForceAliasCreation":true"#)
      #expect(second.errorType == "AliasExistsException")
    }
  }

  @Test func deletingTheUserFreesItsAlias() async throws {
    try await withSandbox(pool: Self.pool) { server async throws in
      _ = try await server.create("alice", Self.verified)
      let deletion = try await server.call(
        TestRequest("AdminDeleteUser", #"{"UserPoolId":"\#(poolID)","Username":"alice"}"#))
      #expect(deletion.status == 200)
      #expect(try await server.create("bob", Self.verified).status == 200)
    }
  }
}
