import SigV4

extension FuzzTarget {
  /// A request that is signed as the service signs and verified as AWS does: whatever its headers and
  /// body hold, the signature is found genuine, and no longer once the body is another.
  static let signature = FuzzTarget("signature") { input throws(FuzzFinding) in
    _ = Authorization(headerValue: String(decoding: input, as: UTF8.self))
    let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let value = String(decoding: parts[0], as: UTF8.self)
    let request = signed(value: value, body: parts.count > 1 ? Array(parts[1]) : [])
    try FuzzFinding.unless(isGenuine(request), "what was signed is verified")
    var other = request
    other.body.append(0)
    try FuzzFinding.unless(!isGenuine(other), "another body has another signature")
  }

  private static let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    sessionToken: nil)
  private static let date = DateStamp(epochSeconds: 1_440_938_160)

  private static func signed(value: String, body: [UInt8]) -> SigV4Verifier.Request {
    var signer = SigV4Signer(
      credentials: credentials, scope: CredentialScope(region: "us-east-1", service: "cognito-idp"))
    let headers = [
      CanonicalRequest.Header(name: "host", value: "localhost"),
      CanonicalRequest.Header(
        name: "x-amz-date", value: String(decoding: date.text, as: UTF8.self)),
      CanonicalRequest.Header(name: "x-amz-target", value: value),
    ]
    let authorization = signer.authorization(
      method: "POST", path: "/", headers: headers, payloadHash: SHA256Text.digest(of: body.span),
      date: date)
    return SigV4Verifier.Request(
      method: "POST", path: "/",
      headers: headers + [
        .init(name: "authorization", value: String(decoding: authorization, as: UTF8.self))
      ],
      body: body)
  }

  private static func isGenuine(_ request: SigV4Verifier.Request) -> Bool {
    let verifier = SigV4Verifier(service: "cognito-idp")
    return (try? verifier.verify(request, epochSeconds: date.epochSeconds) { _ in credentials })
      != nil
  }
}
