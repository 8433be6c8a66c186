import Crypto

/// The signing key of Signature Version 4 ("Calculate the signature": the key is valid for one day,
/// Region and service). It is kept as a keyed HMAC, so that a signature does not key it again.
package struct SigningKey: Sendable {
  private let keyed: HMAC<SHA256>

  /// - Parameter day: `YYYYMMDD`.
  package init(secretAccessKey: String, day: ArraySlice<UInt8>, scope: CredentialScope) {
    let secret = SymmetricKey(data: Array("AWS4".utf8) + Array(secretAccessKey.utf8))
    let dateKey = Self.derive(from: secret, Array(day))
    let regionKey = Self.derive(from: dateKey, Array(scope.region.utf8))
    let serviceKey = Self.derive(from: regionKey, Array(scope.service.utf8))
    let signingKey = Self.derive(from: serviceKey, Array(CredentialScope.terminator.utf8))
    keyed = HMAC<SHA256>(key: signingKey)
  }

  /// The signature as 64 lower-case hexadecimal digits.
  package func signature(of stringToSign: StringToSign) -> [UInt8] {
    var mac = keyed
    mac.update(data: stringToSign.bytes)
    var text: [UInt8] = []
    text.reserveCapacity(SHA256Text.byteCount)
    unsafe mac.finalize().withUnsafeBytes { unsafe SHA256Text.append($0, to: &text) }
    return text
  }

  private static func derive(from key: SymmetricKey, _ part: [UInt8]) -> SymmetricKey {
    SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: part, using: key))
  }
}
