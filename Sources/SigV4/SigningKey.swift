import Crypto

/// The signing key of Signature Version 4 ("Calculate the signature": the key is valid for one day,
/// Region and service), ready to sign: HMAC begins its two hashes with a block that the key alone
/// decides, and what comes of these two blocks is kept (RFC 2104, section 4).
package struct SigningKey: Sendable {
  private let inner: SHA256
  private let outer: SHA256

  /// - Parameter day: `YYYYMMDD`.
  package init(secretAccessKey: String, day: ArraySlice<UInt8>, scope: CredentialScope) {
    let secret = SymmetricKey(data: Array("AWS4".utf8) + Array(secretAccessKey.utf8))
    let dateKey = Self.derive(from: secret, Array(day))
    let regionKey = Self.derive(from: dateKey, Array(scope.region.utf8))
    let serviceKey = Self.derive(from: regionKey, Array(scope.service.utf8))
    let signingKey = Self.derive(from: serviceKey, Array(CredentialScope.terminator.utf8))
    inner = Self.state(after: signingKey, paddedWith: 0x36)
    outer = Self.state(after: signingKey, paddedWith: 0x5C)
  }

  /// The signature as 64 lower-case hexadecimal digits.
  package func signature(of stringToSign: StringToSign) -> [UInt8] {
    var text = [UInt8](repeating: 0, count: SHA256Text.byteCount)
    writeSignature(of: stringToSign.bytes, atEndOf: &text)
    return text
  }

  /// Writes the signature over the last 64 bytes of `text`.
  func writeSignature(of stringToSign: [UInt8], atEndOf text: inout [UInt8]) {
    var inner = inner
    unsafe stringToSign.withUnsafeBytes { unsafe inner.update(bufferPointer: $0) }
    var outer = outer
    unsafe inner.finalize().withUnsafeBytes { unsafe outer.update(bufferPointer: $0) }
    SHA256Text.write(outer.finalize(), atEndOf: &text)
  }

  /// The state after the key's block (RFC 2104, section 2; the key is shorter than a block).
  private static func state(after key: SymmetricKey, paddedWith pad: UInt8) -> SHA256 {
    var block = [UInt8](repeating: pad, count: SHA256.blockByteCount)
    unsafe key.withUnsafeBytes { bytes in
      for index in 0..<bytes.count { block[index] ^= unsafe bytes[index] }
    }
    var state = SHA256()
    unsafe block.withUnsafeBytes { unsafe state.update(bufferPointer: $0) }
    return state
  }

  private static func derive(from key: SymmetricKey, _ part: [UInt8]) -> SymmetricKey {
    SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: part, using: key))
  }
}
