/// The `Authorization` header of a signed request, taken apart.
package struct Authorization: Equatable, Sendable {
  package let accessKeyID: String
  /// `YYYYMMDD`
  package let day: String
  package let scope: CredentialScope
  /// In ascending order, each once.
  package let signedHeaders: [String]
  /// 64 lower-case hexadecimal digits.
  package let signature: [UInt8]

  /// The longest header value that is read, in bytes: far above what any signer writes.
  package static let maximumByteCount = 4096

  /// Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`; `nil` for anything else.
  package init?(headerValue: String) {
    guard headerValue.utf8.count <= Self.maximumByteCount,
      headerValue.hasPrefix(StringToSign.algorithm + " ")
    else { return nil }
    var parts: [Substring: Substring] = [:]
    let list = headerValue.dropFirst(StringToSign.algorithm.count + 1)
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let trimmed = part.drop { $0 == " " }
      guard let equals = trimmed.firstIndex(of: "="),
        parts.updateValue(trimmed[trimmed.index(after: equals)...], forKey: trimmed[..<equals])
          == nil
      else { return nil }
    }
    guard parts.count == 3, let credential = parts["Credential"],
      let names = parts["SignedHeaders"], let signature = parts["Signature"],
      signature.utf8.count == SHA256Text.byteCount
    else { return nil }

    // An access key id holds no slash, so the scope is the last four of exactly five parts.
    let fields = credential.split(separator: "/", omittingEmptySubsequences: false)
    guard fields.count == 5, fields[4] == CredentialScope.terminator, !fields[0].isEmpty,
      fields[1].utf8.count == DateStamp.dayByteCount
    else { return nil }
    accessKeyID = String(fields[0])
    day = String(fields[1])
    scope = CredentialScope(region: String(fields[2]), service: String(fields[3]))

    signedHeaders = names.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    guard zip(signedHeaders, signedHeaders.dropFirst()).allSatisfy({ $0 < $1 }) else {
      return nil
    }
    self.signature = Array(signature.utf8)
  }
}
