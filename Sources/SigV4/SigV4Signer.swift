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

  /// What signs requests that are alike but for their bodies.
  ///
  /// - Parameters:
  ///   - headers: the headers to sign in ascending order of their names; `x-amz-date` must be
  ///     among them and say `date`, `x-amz-security-token` must be when the credentials have one.
  package mutating func template(
    method: String, path: String, query: String = "", headers: [CanonicalRequest.Header],
    date: DateStamp
  ) -> SigningTemplate {
    SigningTemplate(
      method: method, path: path, query: query, headers: headers, date: date, scope: scope,
      accessKeyID: credentials.accessKeyID, key: signingKey(for: date))
  }

  /// The value of the `Authorization` header of one request.
  ///
  /// - Parameters:
  ///   - headers: as for ``template(method:path:query:headers:date:)``.
  ///   - payloadHash: the body's SHA-256 in hexadecimal (``SHA256Text``).
  package mutating func authorization(
    method: String, path: String, query: String = "", headers: [CanonicalRequest.Header],
    payloadHash: [UInt8], date: DateStamp
  ) -> [UInt8] {
    var template = template(
      method: method, path: path, query: query, headers: headers, date: date)
    template.sign(payloadHash: payloadHash)
    return template.authorization
  }

  private mutating func signingKey(for date: DateStamp) -> SigningKey {
    if let cachedKey, cachedKey.day == date.day { return cachedKey.key }
    let key = SigningKey(
      secretAccessKey: credentials.secretAccessKey, day: date.day, scope: scope)
    cachedKey = (date.day, key)
    return key
  }
}
