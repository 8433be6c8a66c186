import Text

/// Signs requests that differ in nothing but their bodies, within one second. Everything that their
/// signatures are made of is written once; a request only puts its hashes into the places for them.
package struct SigningTemplate: Sendable {
  private let key: SigningKey
  /// Ends with the place of the body's hash.
  private var canonicalRequest: [UInt8]
  /// Ends with the place of the canonical request's hash.
  private var stringToSign: [UInt8]
  /// The value of the `Authorization` header of the request that was signed last.
  package private(set) var authorization: [UInt8]

  /// - Parameters:
  ///   - headers: as for ``SigV4Signer``.
  ///   - key: of the day, the scope and the credentials.
  init(
    method: String, path: String, query: String, headers: [CanonicalRequest.Header],
    date: DateStamp, scope: CredentialScope, accessKeyID: String, key: SigningKey
  ) {
    let place = [UInt8](repeating: UInt8(ascii: "0"), count: SHA256Text.byteCount)
    let request = CanonicalRequest(
      method: method, path: path, query: query, headers: headers, payloadHash: place)
    canonicalRequest = request.bytes
    stringToSign = StringToSign(date: date, scope: scope, canonicalRequest: request).bytes
    self.key = key

    var value = Array("\(StringToSign.algorithm) Credential=\(accessKeyID)/".utf8)
    scope.append(day: date.day, to: &value)
    value.append(utf8Of: ", SignedHeaders=")
    CanonicalRequest.appendSignedHeaders(headers, to: &value)
    value.append(utf8Of: ", Signature=")
    authorization = value + place
  }

  package mutating func sign(body: [UInt8]) {
    SHA256Text.write(digestOf: body, atEndOf: &canonicalRequest)
    signCanonicalRequest()
  }

  /// - Parameter payloadHash: the body's SHA-256 in hexadecimal (``SHA256Text``).
  mutating func sign(payloadHash: [UInt8]) {
    canonicalRequest.replaceSubrange(
      (canonicalRequest.count - SHA256Text.byteCount)..., with: payloadHash)
    signCanonicalRequest()
  }

  private mutating func signCanonicalRequest() {
    SHA256Text.write(digestOf: canonicalRequest, atEndOf: &stringToSign)
    key.writeSignature(of: stringToSign, atEndOf: &authorization)
  }
}
