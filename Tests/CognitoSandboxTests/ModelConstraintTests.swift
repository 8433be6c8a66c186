import CognitoSandbox
import Testing

@Suite struct ModelConstraintTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var members: String
    /// Parts of the message, all of which must be there.
    var violations: [String]

    init(_ members: String, _ violations: String...) {
      self.members = members
      self.violations = violations
    }

    var testDescription: String { String(members.prefix(60)) }
  }

  private static let username = #""Username":"alice","MessageAction":"SUPPRESS""#
  private static let both = #""UserPoolId":"eu-central-1_Sandbox01","# + username
  private static let pool = #""MessageAction":"SUPPRESS","UserPoolId":"eu-central-1_Sandbox01""#

  static let refused = [
    Case(username, "Value null at 'userPoolId'", "must not be null"),
    Case(pool, "Value null at 'username'"),
    Case("", "2 validation errors detected", "'userPoolId'", "'username'"),
    Case(#""UserPoolId":"nope!","# + username, #"pattern: [\w-]+_[0-9a-zA-Z]+"#),
    Case(#""UserPoolId":"a_b_","# + username, "'userPoolId'"),
    Case(
      #""UserPoolId":"a_\#(String(repeating: "b", count: 54))","# + username,
      "length less than or equal to 55"),
    Case(pool + #","Username":"""#, "length greater than or equal to 1"),
    Case(pool + #","Username":"two words""#, "'username'", "pattern"),
    Case(pool + #","Username":"\u200b""#, "'username'", "pattern"),
    Case(
      pool + #","Username":"\#(String(repeating: "é", count: 129))""#,
      "length less than or equal to 128"),
    Case(both + #","TemporaryPassword":"Abc 123!defg""#, "'temporaryPassword'", #"[\S]+"#),
    Case(
      both + #","TemporaryPassword":"\#(String(repeating: "A", count: 257))""#,
      "less than or equal to 256"),
    Case(
      pool + #","Username":"alice","MessageAction":"BOGUS""#,
      "'messageAction'", "enum value set: [RESEND, SUPPRESS]"),
    Case(both + #","DesiredDeliveryMediums":["SMS","PIGEON"]"#, "'desiredDeliveryMediums'"),
    Case(both + #","UserAttributes":[{"Value":"x"}]"#, "'userAttributes.1.member.name'"),
    Case(
      both + #","UserAttributes":[{"Name":"name"},{"Name":""}]"#,
      "'userAttributes.2.member.name'", "greater than or equal to 1"),
    Case(
      both + #","UserAttributes":[{"Name":"\#(String(repeating: "n", count: 33))"}]"#,
      "less than or equal to 32"),
    Case(
      both
        + #","UserAttributes":[{"Name":"name","Value":"\#(String(repeating: "v", count: 2049))"}]"#,
      "'userAttributes.1.member.value'", "2048"),
    Case(
      both
        + #","ValidationData":[{"Name":"x","Value":"\#(String(repeating: "v", count: 2049))"}]"#,
      "'validationData.1.member.value'"),
    Case(
      both + #","ClientMetadata":{"k":"\#(String(repeating: "v", count: 131_073))"}"#,
      "'clientMetadata'"),
  ]

  @Test(arguments: refused)
  func aBrokenConstraintIsInvalidParameter(_ broken: Case) async throws {
    try await withSandbox { server async throws in
      // MessageAction stands twice in some bodies: the last one holds.
      let answer = try await server.call(TestRequest("AdminCreateUser", "{\(broken.members)}"))
      #expect(answer.status == 400)
      #expect(answer.errorType == "InvalidParameterException")
      for violation in broken.violations {
        #expect(answer.message?.contains(violation) == true, "\(answer.message ?? "none")")
      }
      #expect(server.pool(poolID)?.userCount == 0)
    }
  }

  static let accepted = [
    both,
    both + #","Unknown":{"a":[1,-2.5e3,null,true]}"#,
    both + #","UserAttributes":null,"ForceAliasCreation":null"#,
    both + #","ValidationData":[{"Name":"anything at all"}],"ClientMetadata":{"":""}"#,
    both + #","UserAttributes":[{"Name":"name"}]"#,
    pool + #","Username":"\#(String(repeating: "😀", count: 128))""#,
    pool + #","Username":"Zoë-Łukasz+€_١""#,
    both
      + #","UserAttributes":[{"Name":"name","Value":"\#(String(repeating: "é", count: 2048))"}]"#,
    both + #","ClientMetadata":{"k":"\#(String(repeating: "v", count: 131_072))"}"#,
  ]

  @Test(arguments: accepted)
  func whatTheModelAllowsIsTaken(_ members: String) async throws {
    try await withSandbox { server async throws in
      let answer = try await server.call(TestRequest("AdminCreateUser", "{\(members)}"))
      #expect(answer.status == 200, "\(answer.message ?? "none")")
    }
  }

  @Test(arguments: [
    "", "nonsense", "[]", "null", "\"text\"", "{", #"{"UserPoolId"}"#, #"{"Username":"a",}"#,
    #"{"Username":1}"#, #"{"UserAttributes":{}}"#, #"{"ForceAliasCreation":"true"}"#,
    #"{"ClientMetadata":[]}"#, #"{"UserAttributes":["name"]}"#, #"{} {}"#,
    #"{"Username":"\ud800"}"#, #"{"Username":"\x"}"#, "{\"Username\":\"a\nb\"}",
    String(repeating: #"{"a":"#, count: 10_000),
  ])
  func whatCannotBeReadIsSerializationException(_ body: String) async throws {
    try await withSandbox { server async throws in
      let answer = try await server.call(TestRequest("AdminCreateUser", body))
      #expect(answer.status == 400)
      #expect(answer.errorType == "SerializationException")
    }
  }

  @Test func aHostileListMakesNoHugeMessage() async throws {
    try await withSandbox { server async throws in
      let mediums = Array(repeating: #""X""#, count: 100_000).joined(separator: ",")
      let answer = try await server.create("alice", #""DesiredDeliveryMediums":[\#(mediums)]"#)
      #expect(answer.message?.hasPrefix("100000 validation errors detected: ") == true)
      #expect(answer.body.count < 10_000)
      #expect(answer.headers["x-amzn-errormessage"]?.utf8.count == 1024)
    }
  }

  @Test func anUnknownPoolIsResourceNotFound() async throws {
    try await withSandbox { server async throws in
      let answer = try await server.call(
        TestRequest(
          "AdminCreateUser", #"{"UserPoolId":"eu-central-1_Other","Username":"alice"}"#))
      #expect(answer.errorType == "ResourceNotFoundException")
      #expect(answer.message == "User pool eu-central-1_Other does not exist.")
    }
  }
}
