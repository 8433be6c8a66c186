/// Base64 (RFC 4648, section 4) for the values of `-bin` metadata.
///
/// Source: gRPC over HTTP/2, "Binary-Header": implementations must accept padded and unpadded
/// values and should emit unpadded ones.
enum Base64 {
  /// Encodes without padding.
  static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity((bytes.count * 4 + 2) / 3)
    var pending: UInt32 = 0
    var pendingBits = 0
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      pendingBits += 8
      while pendingBits >= 6 {
        pendingBits -= 6
        encoded.append(alphabet[Int(pending >> UInt32(pendingBits) & 0x3F)])
      }
    }
    if pendingBits > 0 {
      encoded.append(alphabet[Int(pending << UInt32(6 - pendingBits) & 0x3F)])
    }
    return encoded
  }

  /// Decodes a padded or unpadded value.
  ///
  /// - Returns: nil where a byte is outside the alphabet, where the padding does not complete a
  ///   group of four, or where one lone digit is left over.
  static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var digits = text
    if digits.count % 4 == 0 {
      for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits = digits.dropLast() }
    }
    guard digits.count % 4 != 1 else { return nil }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(digits.count * 3 / 4)
    var pending: UInt32 = 0
    var pendingBits = 0
    for byte in digits {
      guard let value = value(of: byte) else { return nil }
      pending = pending << 6 | value
      pendingBits += 6
      if pendingBits >= 8 {
        pendingBits -= 8
        decoded.append(UInt8(truncatingIfNeeded: pending >> UInt32(pendingBits)))
      }
    }
    return decoded
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
