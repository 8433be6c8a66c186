/// Signs requests of one pair of credentials, Region and service with AWS Signature Version 4.
/// A value without a clock: the date is an argument. It keeps the signing key of the last day used.
package struct SigV4Signer: Sendable {
  package let credentials: AWSCredentials
  package let scope: CredentialScope
  private var cachedKey: (day: ArraySlice<UInt8>, key: SigningKey)?

  package init(credentials: AWSCredentials, scope: CredentialScope) {
    self.credentials = credentials
    self.scope = scope
  }

  /// The value of the `Authorization` header of a request.
  ///
  /// - Parameters:
  ///   - headers: the headers to sign in ascending order of their names; `x-amz-date` must be
  ///     among them and say `date`, `x-amz-security-token` must be when the credentials have one.
  ///   - payloadHash: the body's SHA-256 in hexadecimal (``SHA256Text``).
  package mutating func authorization(
    method: String, path: String, query: String = "", headers: [CanonicalRequest.Header],
    payloadHash: [UInt8], date: DateStamp
  ) -> [UInt8] {
    let canonicalRequest = CanonicalRequest(
      method: method, path: path, query: query, headers: headers, payloadHash: payloadHash)
    let stringToSign = StringToSign(
      date: date, scope: scope, canonicalRequest: canonicalRequest)
    let signature = signingKey(for: date).signature(of: stringToSign)

    var value: [UInt8] = []
    value.reserveCapacity(Self.typicalByteCount)
    value.append(utf8Of: StringToSign.algorithm)
    value.append(utf8Of: " Credential=")
    value.append(utf8Of: credentials.accessKeyID)
    value.append(UInt8(ascii: "/"))
    scope.append(day: date.day, to: &value)
    value.append(utf8Of: ", SignedHeaders=")
    CanonicalRequest.appendSignedHeaders(headers, to: &value)
    value.append(utf8Of: ", Signature=")
    value.append(contentsOf: signature)
    return value
  }

  /// Room for the header of a JSON service, so that building one allocates once.
  private static let typicalByteCount = 320

  private mutating func signingKey(for date: DateStamp) -> SigningKey {
    if let cachedKey, cachedKey.day == date.day { return cachedKey.key }
    let key = SigningKey(
      secretAccessKey: credentials.secretAccessKey, day: date.day, scope: scope)
    cachedKey = (date.day, key)
    return key
  }
}
