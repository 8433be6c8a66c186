import SigV4
import Testing

@Suite struct AuthorizationTests {
  static let signature = String(repeating: "0a", count: 32)

  static func header(
    credential: String = "AKID/20150830/us-east-1/cognito-idp/aws4_request",
    names: String = "host;x-amz-date", signature: String = signature
  ) -> String {
    "AWS4-HMAC-SHA256 Credential=\(credential), SignedHeaders=\(names), Signature=\(signature)"
  }

  @Test func readsItsParts() throws {
    let authorization = try #require(Authorization(headerValue: Self.header()))
    #expect(authorization.accessKeyID == "AKID")
    #expect(authorization.day == "20150830")
    #expect(authorization.scope == CredentialScope(region: "us-east-1", service: "cognito-idp"))
    #expect(authorization.signedHeaders == ["host", "x-amz-date"])
    #expect(authorization.signature == Array(Self.signature.utf8))
  }

  @Test func spacesBehindCommasAreOptional() {
    let tight = Self.header().replacing(", ", with: ",")
    #expect(Authorization(headerValue: tight) == Authorization(headerValue: Self.header()))
  }

  @Test(arguments: [
    "", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA512 Credential=x",
    header(credential: ""), header(credential: "/20150830/r/s/aws4_request"),
    header(credential: "AKID/2015083/r/s/aws4_request"),
    header(credential: "AKID/20150830/r/s/aws5_request"),
    header(credential: "AKID/20150830/r/aws4_request"),
    header(credential: "a/b/20150830/r/s/aws4_request"),
    header(names: "x-amz-date;host"), header(names: "host;host"),
    header(signature: "0a"), header(signature: signature + "0"),
    header() + ", Signature=" + signature, header() + ", Extra=1", header() + ",",
    header(names: String(repeating: "a", count: 5000)),
  ])
  func refuses(_ value: String) {
    #expect(Authorization(headerValue: value) == nil)
  }
}
