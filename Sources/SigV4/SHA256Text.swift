import Crypto

/// SHA-256 as signatures carry it: 64 lower-case hexadecimal digits.
package enum SHA256Text {
  package static let byteCount = 64

  /// The digest of `bytes`, in one pass and without a copy.
  package static func digest(of bytes: Span<UInt8>) -> [UInt8] {
    var hasher = SHA256()
    unsafe bytes.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
    var text = [UInt8](repeating: 0, count: byteCount)
    write(hasher.finalize(), atEndOf: &text)
    return text
  }

  /// Writes the digest of `bytes` over the last 64 bytes of `text`.
  static func write(digestOf bytes: [UInt8], atEndOf text: inout [UInt8]) {
    var hasher = SHA256()
    unsafe bytes.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
    write(hasher.finalize(), atEndOf: &text)
  }

  static func write(_ digest: SHA256.Digest, atEndOf text: inout [UInt8]) {
    unsafe digest.withUnsafeBytes { digest in
      var position = text.count - byteCount
      var text = text.mutableSpan
      for index in 0..<digest.count {
        let byte = unsafe digest[index]
        text[position] = digit(byte >> 4)
        text[position + 1] = digit(byte & 0xF)
        position += 2
      }
    }
  }

  private static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }
}
