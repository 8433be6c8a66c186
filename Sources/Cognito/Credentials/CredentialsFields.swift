import SigV4

/// The three settings that make credentials, as a source has them.
struct CredentialsFields {
  var accessKeyID: String?
  var secretAccessKey: String?
  var sessionToken: String?

  /// The longest key or token that is taken, in bytes: a session token of AWS has some 1,000 to
  /// 2,000, and a request's head must stay below the limits of servers.
  static let maximumByteCount = 8192

  /// - Parameter names: what the source calls the three, for messages.
  /// - Returns: `nil` when neither key is there.
  func credentials(
    names: (accessKeyID: String, secretAccessKey: String, sessionToken: String)
  ) throws(CredentialsProblem) -> AWSCredentials? {
    let key = accessKeyID ?? ""
    let secret = secretAccessKey ?? ""
    if key.isEmpty, secret.isEmpty { return nil }
    guard !key.isEmpty else {
      throw CredentialsProblem(text: "\(names.accessKeyID) is missing")
    }
    guard !secret.isEmpty else {
      throw CredentialsProblem(text: "\(names.secretAccessKey) is missing")
    }
    let token = sessionToken.flatMap { $0.isEmpty ? nil : $0 }
    var values = [(names.accessKeyID, key), (names.secretAccessKey, secret)]
    if let token { values.append((names.sessionToken, token)) }
    // They end up in headers: no white space, no line ends.
    for (name, value) in values where !Self.isUsable(value) {
      throw CredentialsProblem(text: "\(name) has characters that no key has, or is too long")
    }
    // The credential scope is divided by slashes.
    guard !key.utf8.contains(UInt8(ascii: "/")) else {
      throw CredentialsProblem(text: "\(names.accessKeyID) has characters that no key has")
    }
    return AWSCredentials(accessKeyID: key, secretAccessKey: secret, sessionToken: token)
  }

  private static func isUsable(_ value: String) -> Bool {
    value.utf8.count <= maximumByteCount && value.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
