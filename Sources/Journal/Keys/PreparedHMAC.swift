import Crypto
import Foundation

/// HMAC-SHA256 (RFC 2104) of a key that is used again and again: the blocks that the key makes are
/// hashed once. The library's own does this too, but takes each text, and gives each byte of a code,
/// through generic code that costs more than the hashing.
struct PreparedHMAC: Sendable {
  /// Of SHA-256.
  private static let blockByteCount = 64

  private let inner: SHA256
  private let outer: SHA256

  /// - Parameter key: of at most 64 bytes: a longer one would have to be hashed first.
  init(key: SymmetricKey) {
    let key = unsafe key.withUnsafeBytes { unsafe Array($0) }
    precondition(key.count <= Self.blockByteCount)
    let block = key + [UInt8](repeating: 0, count: Self.blockByteCount - key.count)
    inner = SHA256(of: block.map { $0 ^ 0x36 })
    outer = SHA256(of: block.map { $0 ^ 0x5C })
  }

  func code(of text: [UInt8]) -> [UInt8] {
    unsafe text.withUnsafeBytes { unsafe code(of: $0) }
  }

  func code(of text: UnsafeRawBufferPointer) -> [UInt8] {
    var inner = inner
    unsafe inner.update(bufferPointer: text)
    var outer = outer
    unsafe inner.finalize().withUnsafeBytes { unsafe outer.update(bufferPointer: $0) }
    return unsafe outer.finalize().withUnsafeBytes { unsafe Array($0) }
  }
}

extension SHA256 {
  fileprivate init(of block: [UInt8]) {
    self.init()
    update(data: block)
  }
}
