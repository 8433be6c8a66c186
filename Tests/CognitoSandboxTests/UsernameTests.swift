import CognitoSandbox
import Testing

@Suite struct UsernameTests {
  @Test func namesDifferByCaseUnlessThePoolIgnoresIt() async throws {
    try await withSandbox { server async throws in
      #expect(try await server.create("alice").status == 200)
      #expect(try await server.create("ALICE").status == 200)
      #expect(try await server.create("alice").errorType == "UsernameExistsException")
    }
    try await withSandbox(pool: SandboxPool(id: poolID, isCaseSensitive: false)) {
      server async throws in
      #expect(try await server.create("Alice").status == 200)
      let second = try await server.create("aLICE")
      #expect(second.errorType == "UsernameExistsException")
      #expect(second.message == "User account already exists")
      #expect(try await server.get("ALICE").decoded(as: TestAnswer.User.self).username == "Alice")
    }
  }

  @Test func oneOfManyCreationsOfOneNameWins() async throws {
    try await withSandbox { server async throws in
      let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
        for _ in 0..<64 { group.addTask { try await server.create("alice") } }
        return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
      }
      #expect(answers.count { $0.status == 200 } == 1)
      #expect(answers.count { $0.errorType == "UsernameExistsException" } == 63)
      #expect(server.pool(poolID)?.userCount == 1)
      #expect(server.requestCount == 64)
    }
  }

  @Test func manyNamesAtOnceAreAllMade() async throws {
    try await withSandbox { server async throws in
      let subs = try await withThrowingTaskGroup(of: String?.self) { group in
        for number in 0..<64 {
          group.addTask { try await server.create("user\(number)").user.value(of: "sub") }
        }
        return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
      }
      #expect(subs.count == 64)
      #expect(Set(server.pool(poolID)?.users.map(\.sub) ?? []) == Set(subs.compactMap(\.self)))
    }
  }

  @Test func aFullPoolRefuses() async throws {
    let pool = SandboxPool(id: poolID, retention: .keep(maximumUserCount: 2))
    try await withSandbox(pool: pool) { server async throws in
      #expect(try await server.create("a").status == 200)
      #expect(try await server.create("b").status == 200)
      #expect(try await server.create("c").errorType == "LimitExceededException")
      #expect(try await server.create("a").errorType == "UsernameExistsException")
    }
  }

  @Test func aDiscardingPoolKeepsNoUser() async throws {
    try await withSandbox(pool: SandboxPool(id: poolID, retention: .discard)) {
      server async throws in
      for _ in 0..<2 {
        #expect(try await server.create("alice").user.status == "FORCE_CHANGE_PASSWORD")
      }
      #expect(server.pool(poolID)?.userCount == 0)
      #expect(try await server.get("alice").errorType == "UserNotFoundException")
    }
  }
}
