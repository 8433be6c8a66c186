import CognitoSandbox
import Testing

@Suite struct OperationTests {
  private static let pool = #""UserPoolId":"\#(poolID)""#

  @Test func aUserIsFoundByNameAndSub() async throws {
    try await withSandbox { server async throws in
      let made = try await server.create("alice", suppressed(["name": "A"])).user
      for name in ["alice", made.value(of: "sub") ?? ""] {
        let user = try await server.get(name).decoded(as: TestAnswer.User.self)
        #expect(user.username == "alice")
        #expect(user.attributes == nil)
        #expect(user.userAttributes == made.attributes)
        #expect(user.createDate == made.createDate)
      }
      let missing = try await server.get("bob")
      #expect(missing.status == 400)
      #expect(missing.errorType == "UserNotFoundException")
    }
  }

  @Test func aDeletedUserIsGone() async throws {
    try await withSandbox { server async throws in
      _ = try await server.create("alice")
      let request = TestRequest("AdminDeleteUser", #"{\#(Self.pool),"Username":"alice"}"#)
      let first = try await server.call(request)
      #expect(first.status == 200)
      #expect(first.body.isEmpty)
      #expect(try await server.call(request).errorType == "UserNotFoundException")
      #expect(try await server.create("alice").status == 200)
    }
  }

  private struct Description: Decodable {
    struct Pool: Decodable {
      var id: String
      var policies: [String: Policy]
      var schemaAttributes: [Attribute]
      var aliasAttributes: [String]?
      var usernameAttributes: [String]?
      var usernameConfiguration: [String: Bool]
      var estimatedNumberOfUsers: Int
    }
    struct Policy: Decodable {
      var minimumLength: Int
      var requireUppercase: Bool
      var requireSymbols: Bool
    }
    struct Attribute: Decodable {
      var name: String
      var attributeDataType: String
      var required: Bool
      var stringAttributeConstraints: [String: String]?
    }
    var userPool: Pool
  }

  @Test func aPoolIsDescribed() async throws {
    let pool = SandboxPool(
      id: poolID,
      passwordPolicy: SandboxPasswordPolicy(minimumLength: 12, requiresSymbols: false),
      aliasAttributes: [.phoneNumber, .email], isCaseSensitive: false,
      customAttributes: [SandboxAttribute(name: "custom:team")])
    try await withSandbox(pool: pool) { server async throws in
      _ = try await server.create("alice")
      let answer = try await server.call(TestRequest("DescribeUserPool", "{\(Self.pool)}"))
      let described = try answer.decodedInLowerCamelCase(as: Description.self).userPool
      #expect(described.id == poolID)
      #expect(described.policies["PasswordPolicy"]?.minimumLength == 12)
      #expect(described.policies["PasswordPolicy"]?.requireUppercase == true)
      #expect(described.policies["PasswordPolicy"]?.requireSymbols == false)
      #expect(described.aliasAttributes == ["email", "phone_number"])
      #expect(described.usernameAttributes == nil)
      #expect(described.usernameConfiguration == ["CaseSensitive": false])
      #expect(described.estimatedNumberOfUsers == 1)
      let attributes = described.schemaAttributes
      #expect(attributes.contains { $0.name == "sub" && $0.required })
      let team = attributes.first { $0.name == "custom:team" }
      #expect(team?.stringAttributeConstraints == ["MinLength": "0", "MaxLength": "2048"])
      #expect(
        attributes.first { $0.name == "email_verified" }?.attributeDataType == "Boolean")
    }
  }

  private struct Page: Decodable {
    var users: [TestAnswer.User]
    var paginationToken: String?

    private enum CodingKeys: String, CodingKey {
      case users = "Users"
      case paginationToken = "PaginationToken"
    }
  }

  @Test func usersAreListedInPages() async throws {
    try await withSandbox { server async throws in
      for name in ["a", "b", "c"] { _ = try await server.create(name) }
      var names: [String] = []
      var token: String?
      repeat {
        let more = token.map { #","PaginationToken":"\#($0)""# } ?? ""
        let page = try await server.call(
          TestRequest("ListUsers", #"{\#(Self.pool),"Limit":2\#(more)}"#)
        ).decoded(as: Page.self)
        names += page.users.map(\.username)
        token = page.paginationToken
      } while token != nil
      #expect(names == ["a", "b", "c"])
    }
  }

  @Test(arguments: [
    (#"username = \"b\""#, ["b"]), (#"email ^= \"x\""#, ["a", "b"]),
    (#"email=\"x2@example.com\""#, ["b"]), (#"status = \"Enabled\""#, ["a", "b", "c"]),
    (#"cognito:user_status = \"CONFIRMED\""#, []),
  ])
  func usersAreFiltered(_ filter: String, _ expected: [String]) async throws {
    try await withSandbox { server async throws in
      _ = try await server.create("a", suppressed(["email": "x1@example.com"]))
      _ = try await server.create("b", suppressed(["email": "x2@example.com"]))
      _ = try await server.create("c")
      let answer = try await server.call(
        TestRequest("ListUsers", #"{\#(Self.pool),"Filter":"\#(filter)"}"#))
      #expect(try answer.decoded(as: Page.self).users.map(\.username) == expected)
    }
  }

  @Test(arguments: [
    #""Filter":"email""#, #""Filter":"custom:team = \"x\"""#, #""Limit":61"#, #""Limit":0"#,
    #""PaginationToken":"x""#,
  ])
  func aListThatCannotBeIsRefused(_ member: String) async throws {
    try await withSandbox { server async throws in
      let answer = try await server.call(TestRequest("ListUsers", "{\(Self.pool),\(member)}"))
      #expect(answer.errorType == "InvalidParameterException")
    }
  }

  @Test(arguments: [
    "AWSCognitoIdentityProviderService.SignUp", "AWSCognitoIdentityProviderService.",
    "AWSCognitoIdentityService.AdminCreateUser", "AdminCreateUser", nil,
  ])
  func anUnknownOperationIsNamedSo(_ target: String?) async throws {
    try await withSandbox { server async throws in
      var request = TestRequest.create("alice")
      request.target = target
      let answer = try await server.call(request)
      #expect(answer.status == 400)
      #expect(answer.errorType == "UnknownOperationException")
      #expect(answer.headers["x-amzn-errortype"] == "UnknownOperationException:")
    }
  }
}
