/// Verifies the signature of received requests of one service, the way AWS does it: the same stages
/// as the signer, recomputed with the secret that belongs to the access key.
package struct SigV4Verifier: Sendable {
  /// A received request: what the signature covers.
  package struct Request: Sendable {
    package var method: String
    package var path: String
    package var query: String
    /// All headers as received: names in any case, repeated ones in order.
    package var headers: [CanonicalRequest.Header]
    package var body: [UInt8]

    package init(
      method: String, path: String, query: String = "", headers: [CanonicalRequest.Header],
      body: [UInt8]
    ) {
      self.method = method
      self.path = path
      self.query = query
      self.headers = headers
      self.body = body
    }

    /// The values of a header, joined as a canonical request wants them.
    func value(of name: String) -> String? {
      let values = headers.filter { $0.name.lowercased() == name }.map(\.value)
      return values.isEmpty ? nil : values.joined(separator: ",")
    }
  }

  /// Why a request was refused; each case is one AWS error code.
  package enum Refusal: Error, Equatable, Sendable {
    /// No `Authorization` header: MissingAuthenticationTokenException.
    case missing
    /// Not readable, or a header that must be signed is not: IncompleteSignatureException.
    case incomplete
    /// The access key or the session token is not known: UnrecognizedClientException.
    case unknownCredentials
    /// Another Region, service or day than the request's: InvalidSignatureException.
    case wrongScope
    /// The date is too old: InvalidSignatureException, "Signature expired".
    case expired
    /// The date lies too far ahead: InvalidSignatureException, "Signature not yet current".
    case notYetCurrent
    /// The signature is another: InvalidSignatureException.
    case mismatch
  }

  /// How far a request's date may be from ours, in seconds: the window of AWS's own messages.
  package static let allowedSkewSeconds: Int64 = 300
  /// Headers that every signature must cover: the host by the AWS text, and the date, because the
  /// string to sign takes it from there.
  package static let requiredHeaders = ["host", "x-amz-date"]

  package let service: String

  package init(service: String) {
    self.service = service
  }

  /// - Parameters:
  ///   - epochSeconds: the verifier's time.
  ///   - credentials: the credentials of an access key id, `nil` when it is unknown.
  /// - Returns: the authorization, now known to be genuine.
  package func verify(
    _ request: Request, epochSeconds: Int64, credentials: (String) -> AWSCredentials?
  ) throws(Refusal) -> Authorization {
    guard let value = request.value(of: "authorization") else { throw .missing }
    guard let authorization = Authorization(headerValue: value),
      let dateText = request.value(of: "x-amz-date"), let date = DateStamp(text: dateText),
      Self.requiredHeaders.allSatisfy(authorization.signedHeaders.contains)
    else { throw .incomplete }
    guard authorization.scope.service == service, authorization.day.utf8.elementsEqual(date.day)
    else { throw .wrongScope }

    guard let known = credentials(authorization.accessKeyID) else { throw .unknownCredentials }
    guard known.sessionToken == request.value(of: "x-amz-security-token") else {
      throw .unknownCredentials
    }
    if known.sessionToken != nil,
      !authorization.signedHeaders.contains("x-amz-security-token")
    {
      throw .incomplete
    }
    guard date.epochSeconds >= epochSeconds - Self.allowedSkewSeconds else { throw .expired }
    guard date.epochSeconds <= epochSeconds + Self.allowedSkewSeconds else { throw .notYetCurrent }

    var headers: [CanonicalRequest.Header] = []
    for name in authorization.signedHeaders {
      guard let value = request.value(of: name) else { throw .incomplete }
      headers.append(CanonicalRequest.Header(name: name, value: value))
    }
    let canonicalRequest = CanonicalRequest(
      method: request.method, path: request.path, query: request.query, headers: headers,
      payloadHash: SHA256Text.digest(of: request.body.span))
    let key = SigningKey(
      secretAccessKey: known.secretAccessKey, day: date.day, scope: authorization.scope)
    let expected = key.signature(
      of: StringToSign(
        date: date, scope: authorization.scope, canonicalRequest: canonicalRequest))
    guard Self.constantTimeEqual(expected, authorization.signature) else { throw .mismatch }
    return authorization
  }

  /// Compares without leaving early, so that the time tells nothing of where two values differ.
  static func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
  }
}
