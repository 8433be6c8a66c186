import Crypto

/// SHA-256 as signatures carry it: 64 lower-case hexadecimal digits.
package enum SHA256Text {
  package static let byteCount = 64

  /// The digest of `bytes`, in one pass and without a copy.
  package static func digest(of bytes: Span<UInt8>) -> [UInt8] {
    var hasher = SHA256()
    unsafe bytes.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
    var text: [UInt8] = []
    text.reserveCapacity(byteCount)
    unsafe hasher.finalize().withUnsafeBytes { unsafe append($0, to: &text) }
    return text
  }

  /// Appends the hexadecimal digits of `bytes`.
  static func append(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      text.append(digit(byte >> 4))
      text.append(digit(byte & 0xF))
    }
  }

  private static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }
}
