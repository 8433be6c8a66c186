import Testing

@testable import CognitoSandbox

@Suite struct PasswordPolicyTests {
  @Test(arguments: [
    ("Aa1!aaa", "Password not long enough"),
    ("aa1!aaaa", "Password must have uppercase characters"),
    ("AA1!AAAA", "Password must have lowercase characters"),
    ("Aa!!aaaa", "Password must have numeric characters"),
    ("Aa11aaaa", "Password must have symbol characters"),
  ])
  func aWeakPasswordIsRefused(_ password: String, _ detail: String) async throws {
    try await withSandbox { server async throws in
      let answer = try await server.create(
        "alice", #""MessageAction":"SUPPRESS","TemporaryPassword":"\#(password)""#)
      #expect(answer.errorType == "InvalidPasswordException")
      #expect(answer.message == "Password did not conform with policy: \(detail)")
      #expect(server.pool(poolID)?.userCount == 0)
    }
  }

  @Test func aGoodPasswordIsTaken() async throws {
    try await withSandbox { server async throws in
      let answer = try await server.create(
        "alice", #""MessageAction":"SUPPRESS","TemporaryPassword":"Aa1!aaaa""#)
      #expect(answer.status == 200)
      #expect(!answer.text.contains("Aa1!aaaa"))
      #expect(server.pool(poolID)?.user(named: "alice")?.temporaryPassword == "Aa1!aaaa")
    }
  }

  @Test func eachRequirementCanBeOff() async throws {
    let policy = SandboxPasswordPolicy(
      minimumLength: 6, requiresUppercase: false, requiresLowercase: false,
      requiresNumbers: false, requiresSymbols: false)
    try await withSandbox(pool: SandboxPool(id: poolID, passwordPolicy: policy)) {
      server async throws in
      let members = #""MessageAction":"SUPPRESS","TemporaryPassword":"#
      #expect(try await server.create("a", members + #""éééééé""#).status == 200)
      let short = try await server.create("b", members + #""ééééé""#)
      #expect(short.errorType == "InvalidPasswordException")
    }
  }

  @Test(arguments: [6, 16, 99])
  func generatedPasswordsConform(_ minimumLength: Int) throws {
    let policy = SandboxPasswordPolicy(minimumLength: minimumLength)
    var random = SandboxRandom(seed: 1)
    let passwords = (0..<100).map { _ in random.password(for: policy) }
    for password in passwords { try policy.check(password) }
    #expect(Set(passwords).count == 100)
  }
}
