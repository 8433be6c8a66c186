import SigV4
import Testing

/// Vectors made with botocore 1.43.11 for this service.
@Suite struct GoldenVectorTests {
  static let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
  static let scope = CredentialScope(region: "us-east-1", service: "cognito-idp")
  static let body = Array(#"{"UserPoolId":"us-east-1_EXAMPLE","Username":"alice"}"#.utf8)
  static let bodyHash = "14fc3746811cb90da09cd1c11313a64c115cf8be32f1a3044cb11de8a428cb3b"
  static let date = DateStamp(epochSeconds: 1_440_938_160)

  static func headers(token: String? = nil) -> [CanonicalRequest.Header] {
    [
      .init(name: "content-type", value: "application/x-amz-json-1.1"),
      .init(name: "host", value: "cognito-idp.us-east-1.amazonaws.com"),
      .init(name: "x-amz-date", value: "20150830T123600Z"),
    ] + (token.map { [.init(name: "x-amz-security-token", value: $0)] } ?? []) + [
      .init(
        name: "x-amz-target", value: "AWSCognitoIdentityProviderService.AdminCreateUser")
    ]
  }

  struct Vector {
    var token: String?
    var canonicalHash: String
    var signature: String
  }

  static let vectors = [
    Vector(
      token: nil,
      canonicalHash: "579351d58b63d3bd89c840bc20a670b600e220a2fb481b866a8e808d8c85f691",
      signature: "2265704525be0ece9dcecde222b7e3c03bf655565b186d40782d74bb324b44f8"),
    Vector(
      token: "SESSIONTOKEN",
      canonicalHash: "e625109fc08c7bd4a664b0a2ca6c1ba5da1fbed912435e14605aea6c4278ba66",
      signature: "12f6361828f045a00a9563902bb763aac37a07f60798598e3f0f7a587b267897"),
  ]

  @Test func payloadHash() {
    let body = Self.body
    let hash = SHA256Text.digest(of: body.span)
    #expect(String(decoding: hash, as: UTF8.self) == Self.bodyHash)
  }

  @Test(arguments: vectors)
  func canonicalRequest(_ vector: Vector) {
    let request = CanonicalRequest(
      method: "POST", path: "/", headers: Self.headers(token: vector.token),
      payloadHash: Array(Self.bodyHash.utf8))
    let hash = SHA256Text.digest(of: request.bytes.span)
    #expect(String(decoding: hash, as: UTF8.self) == vector.canonicalHash)
  }

  @Test(arguments: vectors)
  func authorization(_ vector: Vector) {
    var signer = SigV4Signer(
      credentials: AWSCredentials(
        accessKeyID: Self.credentials.accessKeyID,
        secretAccessKey: Self.credentials.secretAccessKey, sessionToken: vector.token),
      scope: Self.scope)
    let token = vector.token == nil ? "" : "x-amz-security-token;"
    let expected =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/cognito-idp/aws4_request, "
      + "SignedHeaders=content-type;host;x-amz-date;\(token)x-amz-target, "
      + "Signature=\(vector.signature)"
    // Twice: the second signature comes from the cached key.
    for _ in 0..<2 {
      let value = signer.authorization(
        method: "POST", path: "/", headers: Self.headers(token: vector.token),
        payloadHash: Array(Self.bodyHash.utf8), date: Self.date)
      #expect(String(decoding: value, as: UTF8.self) == expected)
    }
  }

  @Test func theCachedKeyIsOfItsDay() {
    var signer = SigV4Signer(credentials: Self.credentials, scope: Self.scope)
    func sign(_ signer: inout SigV4Signer, _ date: DateStamp) -> [UInt8] {
      signer.authorization(
        method: "POST", path: "/", headers: Self.headers(),
        payloadHash: Array(Self.bodyHash.utf8), date: date)
    }
    let first = sign(&signer, Self.date)
    let nextDay = sign(&signer, DateStamp(epochSeconds: Self.date.epochSeconds + 86_400))
    #expect(nextDay != first)
    #expect(sign(&signer, Self.date) == first)
  }
}
