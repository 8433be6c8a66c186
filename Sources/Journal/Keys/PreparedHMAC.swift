import Crypto

/// HMAC-SHA256 (RFC 2104) of a key that is used again and again: the blocks that the key makes are
/// hashed once, and a text and its code go in one piece.
struct PreparedHMAC: Sendable {
  private let keyed: HMAC<SHA256>

  init(key: SymmetricKey) {
    keyed = HMAC(key: key)
  }

  func code(of text: [UInt8]) -> [UInt8] {
    unsafe text.withUnsafeBytes { unsafe code(of: $0) }
  }

  func code(of text: UnsafeRawBufferPointer) -> [UInt8] {
    var keyed = keyed
    unsafe keyed.update(data: text)
    return unsafe keyed.finalize().withUnsafeBytes { unsafe Array($0) }
  }
}
