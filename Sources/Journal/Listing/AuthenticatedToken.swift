import Crypto
import Foundation

/// A text that only this journal can make: what it says, and HMAC-SHA256 over that and over what it
/// belongs to, as base64url (RFC 4648, section 5) without padding. It is no secret.
enum AuthenticatedToken {
  static func seal(_ content: [UInt8], key: SymmetricKey, context: [UInt8]) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: content + context, using: key)
    return (Data(content) + Data(code)).base64EncodedString()
      .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }

  /// The content; `nil` for a text that was not made with this key for this context.
  static func open(_ text: String, key: SymmetricKey, context: [UInt8]) -> [UInt8]? {
    guard let bytes = decode(text), bytes.count >= SHA256.byteCount else { return nil }
    let content = Array(bytes.dropLast(SHA256.byteCount))
    guard
      HMAC<SHA256>.isValidAuthenticationCode(
        bytes.suffix(SHA256.byteCount), authenticating: content + context, using: key)
    else { return nil }
    return content
  }

  private static func decode(_ text: String) -> Data? {
    let standard = text.replacingOccurrences(of: "-", with: "+")
      .replacingOccurrences(of: "_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    return Data(base64Encoded: standard + padding)
  }
}

extension Int64 {
  var bigEndianBytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: self >> Int64(56 - 8 * $0)) }
  }

  /// - Parameter bytes: eight of them.
  init(bigEndianBytes bytes: some Sequence<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | Int64($1) }
  }
}
