import CognitoSandbox
import Testing

@Suite struct AttributeTests {
  private static let strictPool = SandboxPool(
    id: poolID,
    customAttributes: [
      SandboxAttribute(
        name: "custom:team", dataType: .string(minimumLength: 2, maximumLength: 4)),
      SandboxAttribute(name: "custom:level", dataType: .number(minimum: 1, maximum: 9)),
      SandboxAttribute(name: "custom:admin", dataType: .boolean),
      SandboxAttribute(name: "custom:since", dataType: .dateTime),
    ],
    allowsAnyCustomAttribute: false)

  @Test(arguments: [
    ("custom:other", "x", "custom:other: Attribute does not exist in the schema."),
    ("favourite", "x", "Attribute does not exist"), ("custom:team", "x", "custom:team: String"),
    ("custom:team", "xxxxx", "at most 4"), ("custom:level", "0", "custom:level: Not a number"),
    ("custom:level", "ten", "Not a number"), ("custom:admin", "yes", "Not a boolean"),
    ("custom:since", "today", "Not a date"), ("birthdate", "1990-1-1", "birthdate: String"),
    ("updated_at", "-1", "Not a number"), ("sub", "1", "non-mutable attribute sub"),
    ("email", "alice", "Invalid email address format."),
    ("email", "a@b@c", "Invalid email address format."),
    ("phone_number", "0301234567", "Invalid phone number format."),
    ("phone_number", "+49 30 123", "Invalid phone number format."),
    ("phone_number", "+1234567890123456", "Invalid phone number format."),
    ("email_verified", "true", "email is required if email_verified"),
    ("phone_number_verified", "True", "phone_number is required"),
  ])
  func aValueAgainstTheSchemaIsRefused(
    _ name: String, _ value: String, _ message: String
  ) async throws {
    try await withSandbox(pool: Self.strictPool) { server async throws in
      let answer = try await server.create("alice", suppressed([name: value]))
      #expect(answer.errorType == "InvalidParameterException")
      #expect(answer.message?.contains(message) == true, "\(answer.message ?? "none")")
      #expect(server.pool(poolID)?.userCount == 0)
    }
  }

  @Test func valuesOfTheSchemaAreKeptInOrder() async throws {
    try await withSandbox(pool: Self.strictPool) { server async throws in
      let answer = try await server.create(
        "alice",
        suppressed([
          "custom:team": "blue", "custom:level": "9", "custom:admin": "false",
          "custom:since": "1700000000", "email": "alice@example.com", "email_verified": "True",
          "phone_number": "+493012345", "birthdate": "1990-01-01", "name": "",
        ]))
      #expect(
        try answer.user.attributes?.dropFirst().map(\.name) == [
          "custom:team", "custom:level", "custom:admin", "custom:since", "email",
          "email_verified", "phone_number", "birthdate",
        ])
    }
  }

  @Test func anAttributeMayStandOnceOnly() async throws {
    try await withSandbox { server async throws in
      let answer = try await server.create("alice", suppressed(["name": "a", "name": "b"]))
      #expect(answer.errorType == "InvalidParameterException")
    }
  }

  @Test func aUserHasNoMoreAttributesThanASchema() async throws {
    try await withSandbox { server async throws in
      let list = (0..<100).map { #"{"Name":"custom:a\#($0)","Value":"x"}"# }
      let members =
        #""MessageAction":"SUPPRESS","UserAttributes":[\#(list.joined(separator: ","))]"#
      let answer = try await server.create("alice", members)
      #expect(answer.errorType == "InvalidParameterException")
      #expect(answer.message == "More attributes than a schema can have.")
    }
  }

  @Test func anOpenPoolTakesAnyCustomAttribute() async throws {
    try await withSandbox { server async throws in
      #expect(try await server.create("a", suppressed(["custom:any": "x"])).status == 200)
      #expect(
        try await server.create("b", suppressed(["other": "x"])).errorType
          == "InvalidParameterException")
      let long = "custom:\(String(repeating: "n", count: 21))"
      #expect(
        try await server.create("c", suppressed([long: "x"])).errorType
          == "InvalidParameterException")
    }
  }
}
