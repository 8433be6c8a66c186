import SigV4
import Testing

@Suite struct SigV4VerifierTests {
  static let now: Int64 = 1_440_938_160
  let verifier = SigV4Verifier(service: "cognito-idp")

  static func signed(token: String? = nil) -> SigV4Verifier.Request {
    var signer = SigV4Signer(
      credentials: AWSCredentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: token),
      scope: GoldenVectorTests.scope)
    let headers = GoldenVectorTests.headers(token: token)
    let body = GoldenVectorTests.body
    let value = signer.authorization(
      method: "POST", path: "/", headers: headers,
      payloadHash: SHA256Text.digest(of: body.span),
      date: GoldenVectorTests.date)
    return SigV4Verifier.Request(
      method: "POST", path: "/",
      headers: headers + [
        .init(name: "Authorization", value: String(decoding: value, as: UTF8.self)),
        .init(name: "User-Agent", value: "any"),
      ],
      body: body)
  }

  func refusal(
    _ request: SigV4Verifier.Request, at time: Int64 = now, token: String? = nil
  ) -> SigV4Verifier.Refusal? {
    do throws(SigV4Verifier.Refusal) {
      let authorization = try verifier.verify(request, epochSeconds: time) { id in
        id != "AKIDEXAMPLE"
          ? nil
          : AWSCredentials(
            accessKeyID: id, secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            sessionToken: token)
      }
      #expect(authorization.accessKeyID == "AKIDEXAMPLE")
      #expect(authorization.scope == GoldenVectorTests.scope)
      return nil
    } catch {
      return error
    }
  }

  @Test func acceptsWhatTheSignerSigned() {
    #expect(refusal(Self.signed()) == nil)
    #expect(refusal(Self.signed(token: "T"), token: "T") == nil)
  }

  @Test func headerNamesMayBeInAnyCaseAndValuesPadded() {
    var request = Self.signed()
    request.headers = request.headers.map {
      .init(name: $0.name.uppercased(), value: $0.name == "host" ? "  \($0.value) " : $0.value)
    }
    #expect(refusal(request) == nil)
  }

  @Test(
    arguments: [(-300, nil), (300, nil), (301, .expired), (-301, .notYetCurrent)]
      as [(Int64, SigV4Verifier.Refusal?)])
  func theDateMayBeFiveMinutesAway(offset: Int64, expected: SigV4Verifier.Refusal?) {
    #expect(refusal(Self.signed(), at: Self.now + offset) == expected)
  }

  @Test func aChangedRequestDoesNotMatch() {
    var body = Self.signed()
    body.body[3] ^= 1
    #expect(refusal(body) == .mismatch)
    var path = Self.signed()
    path.path = "/x"
    #expect(refusal(path) == .mismatch)
    var query = Self.signed()
    query.query = "a=b"
    #expect(refusal(query) == .mismatch)
    var method = Self.signed()
    method.method = "PUT"
    #expect(refusal(method) == .mismatch)
    var target = Self.signed()
    target.headers[3].value = "AWSCognitoIdentityProviderService.AdminGetUser"
    #expect(refusal(target) == .mismatch)
    var signature = Self.signed()
    signature.headers[4].value.removeLast()
    signature.headers[4].value.append("0")
    #expect(refusal(signature) == .mismatch)
  }

  @Test func aTokenMustBeTheKnownOne() {
    #expect(refusal(Self.signed(), token: "T") == .unknownCredentials)
    #expect(refusal(Self.signed(token: "U"), token: "T") == .unknownCredentials)
    #expect(refusal(Self.signed(token: "T"), token: nil) == .unknownCredentials)
    var unsigned = Self.signed()
    unsigned.headers.append(.init(name: "X-Amz-Security-Token", value: "T"))
    #expect(refusal(unsigned, token: "T") == .incomplete)
  }

  @Test func whatCannotBeReadIsIncomplete() {
    var missing = Self.signed()
    missing.headers.remove(at: 4)
    #expect(refusal(missing) == .missing)
    var noDate = Self.signed()
    noDate.headers.remove(at: 2)
    #expect(refusal(noDate) == .incomplete)
    var noTarget = Self.signed()
    noTarget.headers.remove(at: 3)
    #expect(refusal(noTarget) == .incomplete)
  }

  @Test func anotherDayOrServiceIsTheWrongScope() {
    var day = Self.signed()
    day.headers[4].value.replace("/20150830/", with: "/20150831/")
    #expect(refusal(day) == .wrongScope)
    #expect(throws: SigV4Verifier.Refusal.wrongScope) {
      try SigV4Verifier(service: "sts").verify(Self.signed(), epochSeconds: Self.now) { _ in nil }
    }
  }

  @Test func anUnknownKeyIsRefused() {
    var request = Self.signed()
    request.headers[4].value.replace("AKIDEXAMPLE", with: "AKIDOTHER")
    #expect(refusal(request) == .unknownCredentials)
  }
}
