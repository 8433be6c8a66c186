/// The bytes that HTTP/1.1 is written in (RFC 9110, section 5.6; RFC 5234, appendix B).
enum ASCII {
  static let cr = UInt8(ascii: "\r")
  static let lf = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")

  /// What a field's value or a reason may hold: visible characters, spaces, tabs, and bytes beyond
  /// ASCII, which mean nothing.
  static func isText(_ byte: UInt8) -> Bool {
    byte >= 0x20 ? byte != 0x7F : byte == tab
  }

  /// `tchar`, what a field's name is made of.
  static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "!"),
      UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  static func digit(_ byte: UInt8) -> Int? {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
  }

  static func hexDigit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// `1*DIGIT`; `nil` for anything else, and for what `Int` cannot hold.
  static func decimal(_ bytes: Span<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.count <= maximumDecimalByteCount else { return nil }
    var value = 0
    for index in bytes.indices {
      guard let digit = digit(bytes[index]) else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Whatever has so few digits is an `Int`.
  private static let maximumDecimalByteCount = 18

  /// Whether `bytes` are `lowercased`, in any case.
  static func equal(_ bytes: Span<UInt8>, _ lowercased: StaticString) -> Bool {
    guard bytes.count == lowercased.utf8CodeUnitCount else { return false }
    return lowercased.withUTF8Buffer { expected in
      for index in bytes.indices {
        let byte = bytes[index]
        let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
        if unsafe (isUpper ? byte | 0x20 : byte) != expected[index] { return false }
      }
      return true
    }
  }

  /// Whether `bytes` begin with `text`, as far as they go.
  static func isPrefix(_ bytes: Span<UInt8>, of text: StaticString) -> Bool {
    text.withUTF8Buffer { expected in
      for index in 0..<min(bytes.count, expected.count) {
        if unsafe bytes[index] != expected[index] { return false }
      }
      return true
    }
  }

  /// A range without the spaces and tabs at its ends.
  static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start] == space || bytes[start] == tab { start += 1 }
    while start < end, bytes[end - 1] == space || bytes[end - 1] == tab { end -= 1 }
    return start..<end
  }

  /// The bytes as text, whatever they are.
  static func text(_ bytes: Span<UInt8>) -> String {
    unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
