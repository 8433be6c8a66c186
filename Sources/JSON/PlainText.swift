/// Finds the bytes of a string that mean something to JSON (RFC 8259, section 7): the quotation
/// mark, the backslash and U+0000 to U+001F. All else stands for itself, U+2028 too.
package enum PlainText {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  package static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// The first place at or behind `start` whose byte is not plain; the length when there is none.
  package static func end(in text: Span<UInt8>, from start: Int) -> Int {
    let width = MemoryLayout<UInt64>.size
    var position = start
    while position + width <= text.count {
      if let place = firstNotPlain(in: text, at: position) { return place }
      position += width
    }
    // The last eight, of which some were found plain already.
    if position > start {
      return firstNotPlain(in: text, at: text.count - width) ?? text.count
    }
    while position < text.count, isPlain(text[position]) { position += 1 }
    return position
  }

  private static func firstNotPlain(in text: Span<UInt8>, at place: Int) -> Int? {
    let word = unsafe UInt64(
      littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
    let found = notPlain(word)
    return found == 0 ? nil : place + found.trailingZeroBitCount / UInt8.bitWidth
  }

  /// The high bits of the bytes that are not plain: of the first of them for sure, of those behind it
  /// perhaps more, because a subtraction borrows from the byte above.
  private static func notPlain(_ word: UInt64) -> UInt64 {
    let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
    let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    let belowSpace = (word &- ones &* 0x20) & ~word
    let isQuote = (quotes &- ones) & ~quotes
    let isBackslash = (backslashes &- ones) & ~backslashes
    return (belowSpace | isQuote | isBackslash) & highBits
  }
}
