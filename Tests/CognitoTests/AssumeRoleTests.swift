import SigV4
import Testing

@testable import Cognito

@Suite struct AssumeRoleTests {
  /// An answer as the service words it, with other texts where a test wants them.
  static func answer(_ changes: [String: String?] = [:]) -> String {
    let members: [(String, String)] = [
      ("AccessKeyId", "ASIAROLE"), ("SecretAccessKey", "ROLESECRET+/="),
      ("SessionToken", "ROLETOKEN//"), ("Expiration", "2026-11-21T13:00:00Z"),
    ]
    let credentials = members.compactMap { name, value -> String? in
      guard let text = changes[name] ?? value else { return nil }
      return "      <\(name)>\(text)</\(name)>"
    }.joined(separator: "\n")
    return """
      <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleResult>
          <AssumedRoleUser>
            <AssumedRoleId>AROA:provisiond</AssumedRoleId>
            <Arn>arn:aws:sts::123456789012:assumed-role/provision/provisiond</Arn>
          </AssumedRoleUser>
          <Credentials>
      \(credentials)
          </Credentials>
          <PackedPolicySize>6</PackedPolicySize>
        </AssumeRoleResult>
        <ResponseMetadata><RequestId>c6104cbe</RequestId></ResponseMetadata>
      </AssumeRoleResponse>
      """
  }

  @Test func theRequestIsAForm() {
    #expect(
      String(
        decoding: AssumeRole.request(roleARN: "arn:aws:iam::123456789012:role/a+b/é"),
        as: UTF8.self)
        == "Action=AssumeRole&Version=2011-06-15"
        + "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fa%2Bb%2F%C3%A9"
        + "&RoleSessionName=provisiond")
  }

  @Test func theResponseIsRead() throws {
    #expect(
      try AssumeRole.response(Array(Self.answer().utf8))
        == AWSCredentials(
          accessKeyID: "ASIAROLE", secretAccessKey: "ROLESECRET+/=", sessionToken: "ROLETOKEN//",
          expiration: 1_795_266_000))
  }

  @Test(
    arguments: [
      ["AccessKeyId": nil], ["SecretAccessKey": nil], ["SessionToken": nil], ["Expiration": nil],
      ["AccessKeyId": ""], ["SecretAccessKey": ""], ["SessionToken": ""], ["Expiration": "soon"],
      ["AccessKeyId": "a b"], ["AccessKeyId": "a/b"], ["SessionToken": "a&#13;&#10;b"],
      ["SessionToken": "a\r\nX-Evil: b"], ["SecretAccessKey": "é"],
      ["SessionToken": String(repeating: "x", count: 8193)],
    ] as [[String: String?]])
  func aResponseThatLacksOneOfThemIsMalformed(_ changes: [String: String?]) {
    #expect(throws: AssumeRole.Fault.malformed) {
      try AssumeRole.response(Array(Self.answer(changes).utf8))
    }
  }

  @Test(arguments: [
    "", "{}", "<html></html>", "<AssumeRoleResponse/>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + AssumeRoleTests.answer(),
    AssumeRoleTests.answer() + AssumeRoleTests.answer(),
  ])
  func whatIsNoResponseIsMalformed(_ text: String) {
    #expect(throws: AssumeRole.Fault.malformed) { try AssumeRole.response(Array(text.utf8)) }
  }

  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-21T13:00:00.999Z", 1_795_266_000),
      ("2026-11-21T13:00:00", nil), ("2026-11-21T13:00:00+00:00", nil),
      ("2026-02-30T00:00:00Z", nil),
      ("2026-11-21 13:00:00Z", nil), ("2026-11-21T13:00:00.Z", nil), ("20261121T130000Z", nil),
      ("2026-11-21T25:00:00Z", nil), ("2026-11-21T13:00:00.1234567890Z", nil), ("Z", nil),
      ("", nil),
    ] as [(String, Int64?)])
  func times(text: String, expected: Int64?) {
    #expect(AssumeRole.epochSeconds(text) == expected)
  }
}
