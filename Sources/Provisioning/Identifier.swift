/// A 128-bit UUID (RFC 9562). Creations and audit events carry version 7: they sort by time, which
/// keeps the journal's indexes small.
package struct Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The nil UUID: what `${creation.id}` shows in a call that is only validated.
  package static let `nil` = Identifier(high: 0, low: 0)

  /// UUID version 7 (RFC 9562, section 5.7) of a time and 74 random bits.
  package static func version7(unixMilliseconds: UInt64, random: (UInt64, UInt64)) -> Identifier {
    Identifier(
      high: (unixMilliseconds & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | (random.0 & 0x0FFF),
      low: 0x8000_0000_0000_0000 | (random.1 & 0x3FFF_FFFF_FFFF_FFFF))
  }

  /// UUID version 4 (RFC 9562, section 5.4) of 122 random bits.
  static func version4(random: (UInt64, UInt64)) -> Identifier {
    Identifier(
      high: random.0 & ~0xF000 | 0x4000,
      low: 0x8000_0000_0000_0000 | (random.1 & 0x3FFF_FFFF_FFFF_FFFF))
  }

  /// Reads the 36-character text form, in either case; `nil` for anything else.
  package init?(_ text: String) {
    var words: (UInt64, UInt64) = (0, 0)
    var digits = 0
    var position = 0
    for byte in text.utf8 {
      defer { position += 1 }
      switch position {
      case 8, 13, 18, 23:
        guard byte == UInt8(ascii: "-") else { return nil }
      case 0..<36:
        guard let digit = Self.hexDigit(byte) else { return nil }
        if digits < 16 { words.0 = words.0 << 4 | digit } else { words.1 = words.1 << 4 | digit }
        digits += 1
      default:
        return nil
      }
    }
    guard position == 36 else { return nil }
    self.init(high: words.0, low: words.1)
  }

  private static func hexDigit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// The 16 bytes in network order.
  package var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16)
    for index in 0..<8 {
      let shift = UInt64(56 - 8 * index)
      bytes[index] = UInt8(truncatingIfNeeded: high >> shift)
      bytes[index + 8] = UInt8(truncatingIfNeeded: low >> shift)
    }
    return bytes
  }

  /// The 36-character text form in lower case.
  package var description: String {
    var text = InlineArray<36, UInt8>(repeating: UInt8(ascii: "-"))
    var position = 0
    for index in 0..<16 {
      // The groups have four, two, two, two and six bytes.
      if index == 4 || index == 6 || index == 8 || index == 10 { position += 1 }
      let word = index < 8 ? high : low
      let byte = UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index % 8)))
      text[position] = Self.digit(byte >> 4)
      text[position + 1] = Self.digit(byte & 0xF)
      position += 2
    }
    guard let valid = try? UTF8Span(validating: text.span) else { return "" }
    return String(copying: valid)
  }

  private static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") - 10 + nibble
  }

  package static func < (a: Identifier, b: Identifier) -> Bool {
    (a.high, a.low) < (b.high, b.low)
  }
}
