import Crypto

/// A bearer token for a caller to be: drawn at random, and never kept.
package struct NewToken {
  /// Random bytes of a token: as many as its SHA-256 has, beyond all guessing.
  private static let byteCount = 32

  /// What the caller sends.
  package let text: String
  /// What the policy document says of it, in lower-case hexadecimal.
  package let digest: String

  package init() {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<Self.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    text = Base64URL.encode(bytes)
    digest = SHA256.hash(data: Array(text.utf8)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
