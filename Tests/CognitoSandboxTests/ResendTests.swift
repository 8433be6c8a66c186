import CognitoSandbox
import Testing

@Suite struct ResendTests {
  private static let resend = #""MessageAction":"RESEND""#
  private static let reachable = suppressed(["phone_number": "+493012345", "name": "A"])

  @Test func aMissingUserIsNotFound() async throws {
    try await withSandbox { server async throws in
      let answer = try await server.create("alice", Self.resend)
      #expect(answer.errorType == "UserNotFoundException")
      #expect(answer.message == "User does not exist.")
    }
  }

  @Test func theUserStaysAndThePasswordChanges() async throws {
    try await withSandbox { server async throws in
      let made = try await server.create("alice", Self.reachable).user
      let before = server.pool(poolID)?.user(named: "alice")
      let resent = try await server.create(
        "alice", Self.resend + "," + userAttributes(["name": "B"])
      ).user
      let after = server.pool(poolID)?.user(named: "alice")
      #expect(resent.attributes == made.attributes)
      #expect(resent.createDate == made.createDate)
      #expect(resent.status == "FORCE_CHANGE_PASSWORD")
      #expect(after?.sub == before?.sub)
      #expect(after?.temporaryPassword != before?.temporaryPassword)

      _ = try await server.create("alice", Self.resend + #","TemporaryPassword":"Chosen-1!""#)
      #expect(server.pool(poolID)?.user(named: "alice")?.temporaryPassword == "Chosen-1!")
    }
  }

  @Test func aConfirmedUserIsInAnotherState() async throws {
    try await withSandbox { server async throws in
      _ = try await server.create("alice", Self.reachable)
      #expect(server.pool(poolID)?.setStatus(.confirmed, of: "alice") == true)
      let answer = try await server.create("alice", Self.resend)
      #expect(answer.errorType == "UnsupportedUserStateException")
    }
  }

  @Test func theUserMustBeReachable() async throws {
    try await withSandbox { server async throws in
      _ = try await server.create("alice")
      let answer = try await server.create("alice", Self.resend)
      #expect(answer.errorType == "InvalidParameterException")
    }
  }
}
