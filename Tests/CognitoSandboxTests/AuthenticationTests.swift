import CognitoSandbox
import SigV4
import Testing

@Suite struct AuthenticationTests {
  struct Spoilt: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var type: String
    var message: String
    var spoil: @Sendable (inout TestRequest) -> Void

    init(
      _ name: String, _ type: String, _ message: String = "",
      _ spoil: @escaping @Sendable (inout TestRequest) -> Void
    ) {
      testDescription = name
      self.type = type
      self.message = message
      self.spoil = spoil
    }
  }

  private static let unrecognized = "UnrecognizedClientException"
  private static let invalid = "InvalidSignatureException"

  static let spoilt = [
    Spoilt("unsigned", "MissingAuthenticationTokenException") { $0.isSigned = false },
    Spoilt("unknown key", unrecognized, "security token included in the request is invalid") {
      $0.credentials = AWSCredentials(accessKeyID: "AKIDOTHER", secretAccessKey: "s")
    },
    Spoilt("wrong secret", invalid, "does not match the signature you provided") {
      $0.credentials = AWSCredentials(
        accessKeyID: TestRequest.credentials.accessKeyID, secretAccessKey: "other")
    },
    Spoilt("tampered body", invalid, "does not match") {
      $0.sentBody = $0.body.replacing("alice", with: "mallo")
    },
    Spoilt("other service", invalid, "correct service: 'cognito-idp'") { $0.service = "sts" },
    Spoilt("other region", "ResourceNotFoundException") { $0.region = "us-east-1" },
    Spoilt("too old", invalid, "Signature expired") { $0.clockSkew = -330 },
    Spoilt("too new", invalid, "Signature not yet current") { $0.clockSkew = 330 },
    Spoilt("uncalled-for token", unrecognized) { $0.sessionToken = "TOKEN" },
    Spoilt("host not signed", "IncompleteSignatureException") { $0.unsigned = ["host"] },
    Spoilt("target not signed", invalid, "x-amz-target") { $0.unsigned = ["x-amz-target"] },
    Spoilt("garbage", "IncompleteSignatureException") {
      $0.isSigned = false
      $0.extraHeaders = [("Authorization", "AWS4-HMAC-SHA256 nonsense")]
    },
  ]

  @Test(arguments: spoilt)
  func aSpoiltSignatureIsRefused(_ spoilt: Spoilt) async throws {
    try await withSandbox { server async throws in
      var request = TestRequest.create("alice")
      spoilt.spoil(&request)
      let answer = try await server.call(request)
      #expect(answer.status == 400)
      #expect(answer.errorType == spoilt.type)
      #expect(answer.message?.contains(spoilt.message) == true || spoilt.message.isEmpty)
      #expect(server.pool(poolID)?.userCount == 0)
    }
  }

  @Test(arguments: [-240, 240] as [Int64])
  func aClockMayBeSomeMinutesWrong(_ skew: Int64) async throws {
    try await withSandbox { server async throws in
      var request = TestRequest.create("alice")
      request.clockSkew = skew
      #expect(try await server.call(request).status == 200)
    }
  }

  @Test func aSessionTokenMustBeTheOne() async throws {
    let temporary = SandboxCredentials(
      accessKeyID: "ASIATEMPORARY", secretAccessKey: "s", sessionToken: "TOKEN")
    try await withSandbox(credentials: temporary) { server async throws in
      var request = TestRequest.create("alice")
      request.credentials = AWSCredentials(
        accessKeyID: "ASIATEMPORARY", secretAccessKey: "s", sessionToken: "TOKEN")
      for wrong in ["OTHER", nil] as [String?] {
        request.sessionToken = .some(wrong)
        #expect(try await server.call(request).errorType == "UnrecognizedClientException")
      }
      request.sessionToken = .none
      #expect(try await server.call(request).status == 200)
    }
  }

  @Test func credentialsRotate() async throws {
    try await withSandbox { server async throws in
      server.replaceCredentials([SandboxCredentials(accessKeyID: "NEW", secretAccessKey: "n")])
      var request = TestRequest.create("alice")
      #expect(try await server.call(request).errorType == "UnrecognizedClientException")
      request.credentials = AWSCredentials(accessKeyID: "NEW", secretAccessKey: "n")
      #expect(try await server.call(request).status == 200)
    }
  }

  @Test(arguments: [-600, 600] as [Int64])
  func aSkewedServerSaysSoAndTakesTheCorrectedTime(_ skew: Int64) async throws {
    try await withSandbox { server async throws in
      let trueDate = try await server.create("before").headers["date"]
      server.clockSkew = .seconds(skew)
      var request = TestRequest.create("alice")
      let refused = try await server.call(request)
      #expect(refused.errorType == "InvalidSignatureException")
      #expect(refused.headers["date"] != trueDate)
      request.clockSkew = skew
      #expect(try await server.call(request).status == 200)
    }
  }
}
