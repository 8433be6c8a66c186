import CognitoSandbox
import Foundation
import Testing

@Suite struct AnswerShapeTests {
  @Test func aCreatedUserIsAnsweredAsAWSDoes() async throws {
    try await withSandbox { server async throws in
      let before = Date().timeIntervalSince1970
      let answer = try await server.create(
        "alice", suppressed(["email": "alice@example.com", "custom:team": "blue"]))
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == "application/x-amz-json-1.1")
      #expect(UUID(uuidString: answer.headers["x-amzn-requestid"] ?? "") != nil)
      #expect(answer.headers["date"]?.hasSuffix(" GMT") == true)
      let user = try answer.user
      #expect(user.username == "alice")
      #expect(user.attributes?.map(\.name) == ["sub", "email", "custom:team"])
      #expect(UUID(uuidString: user.value(of: "sub") ?? "") != nil)
      #expect(user.enabled)
      #expect(user.status == "FORCE_CHANGE_PASSWORD")
      #expect(user.createDate == user.lastModifiedDate)
      // The answer rounds to milliseconds.
      let after = Date.now.timeIntervalSince1970
      #expect((before - 0.001...after + 0.001).contains(user.createDate))
      #expect(!answer.text.contains(server.pool(poolID)?.users.first?.temporaryPassword ?? "{"))
    }
  }

  @Test func datesAreSecondsWithAFraction() async throws {
    try await withSandbox { server async throws in
      let text = try await server.create("alice").text
      #expect(text.contains(/"UserCreateDate":[0-9]{10}\.[0-9]{3},/))
    }
  }

  @Test func anErrorNamesItsTypeInHeaderAndBody() async throws {
    try await withSandbox { server async throws in
      _ = try await server.create("alice")
      let answer = try await server.create("alice")
      #expect(answer.status == 400)
      #expect(answer.headers["x-amzn-errortype"] == "UsernameExistsException:")
      #expect(answer.headers["x-amzn-errormessage"] == "User account already exists")
      #expect(answer.headers["x-amzn-requestid"] != nil)
      #expect(answer.headers["content-type"] == "application/x-amz-json-1.1")
      let expected =
        #"{"__type":"UsernameExistsException","message":"User account already exists"}"#
      #expect(answer.text == expected)
    }
  }

  @Test func aMessageCannotBreakItsHeaderLine() async throws {
    try await withSandbox { server async throws in
      let answer = try await server.create("alice", suppressed([#"x\r\nset-cookie: é"#: "1"]))
      #expect(answer.headers["set-cookie"] == nil)
      #expect(answer.headers["x-amzn-errormessage"]?.contains("x??set-cookie: ??") == true)
    }
  }

  @Test func aValueSurvivesEveryEscape() async throws {
    try await withSandbox { server async throws in
      let value = #"q\"b\\s\/n\nt\tu\u00e9\ud83d\ude00c\u0001"#
      let answer = try await server.create("alice", suppressed(["nickname": value]))
      #expect(try answer.user.value(of: "nickname") == "q\"b\\s/n\nt\tué😀c\u{1}")
    }
  }
}
