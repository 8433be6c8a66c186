/// A strict reader of one JSON text (RFC 8259) that pulls values as they are asked for and skips
/// the others. Whoever uses it bounds the input; it bounds the depth.
package struct JSONReader {
  /// Arrays and objects inside each other. The deepest request or answer that we know has four.
  package static let maximumDepth = 32

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The name of a member, compared byte by byte without making a `String`.
  package struct Name {
    fileprivate let bytes: [UInt8]
    fileprivate let range: Range<Int>

    package var text: String { String(decoding: bytes[range], as: UTF8.self) }

    package static func == (name: Name, text: StaticString) -> Bool {
      let name = name.bytes.span.extracting(name.range)
      guard name.count == text.utf8CodeUnitCount else { return false }
      return text.withUTF8Buffer { text in
        for index in name.indices {
          if unsafe name[index] != text[index] { return false }
        }
        return true
      }
    }

    /// For the cases of a `switch`.
    package static func ~= (text: StaticString, name: Name) -> Bool { name == text }
  }

  /// Where the content of a string stands.
  private enum Content {
    /// In the text, as it is.
    case verbatim(Range<Int>)
    /// It had escapes.
    case unescaped([UInt8])
  }

  /// Reads an object. `member` is called for each member in turn and must read or skip its value.
  package mutating func object(
    _ member: (inout JSONReader, Name) throws(JSONError) -> Void
  ) throws(JSONError) {
    try enter(UInt8(ascii: "{"))
    if skip(UInt8(ascii: "}")) {
      depth -= 1
      return
    }
    repeat {
      let name = try self.name()
      try expect(UInt8(ascii: ":"))
      try member(&self, name)
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
    depth -= 1
  }

  /// Reads an array. `element` is called for each element and must read or skip it.
  package mutating func array(
    _ element: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try enter(UInt8(ascii: "["))
    if skip(UInt8(ascii: "]")) {
      depth -= 1
      return
    }
    repeat { try element(&self) } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    depth -= 1
  }

  package mutating func string() throws(JSONError) -> String {
    let first = try peek()
    guard first == UInt8(ascii: "\"") else { throw Self.mismatch(first) }
    let text =
      switch try quoted() {
      case .verbatim(let range): Self.text(bytes.span.extracting(range))
      case .unescaped(let content): Self.text(content.span)
      }
    guard let text else { throw .malformed }
    return text
  }

  /// Where a string stands in the text, with its quotation marks and escapes.
  package mutating func verbatimString() throws(JSONError) -> Range<Int> {
    let first = try peek()
    guard first == UInt8(ascii: "\"") else { throw Self.mismatch(first) }
    let start = index
    _ = try quoted()
    guard (try? UTF8Span(validating: bytes.span.extracting(start..<index))) != nil else {
      throw .malformed
    }
    return start..<index
  }

  package mutating func bool() throws(JSONError) -> Bool {
    let first = try peek()
    switch first {
    case UInt8(ascii: "t"):
      try literal("true")
      return true
    case UInt8(ascii: "f"):
      try literal("false")
      return false
    default: throw Self.mismatch(first)
    }
  }

  package mutating func number() throws(JSONError) -> JSONNumber {
    let first = try peek()
    guard first == UInt8(ascii: "-") || Self.isDigit(first) else { throw Self.mismatch(first) }
    return try scanNumber()
  }

  /// A number without fraction or exponent, as far as `Int` goes.
  package mutating func integer() throws(JSONError) -> Int {
    guard let value = try number().integer else { throw .outOfRange }
    return value
  }

  /// Whether the next value is `null`; if so it is read.
  package mutating func null() throws(JSONError) -> Bool {
    guard try peek() == UInt8(ascii: "n") else { return false }
    try literal("null")
    return true
  }

  package mutating func skipValue() throws(JSONError) {
    switch try peek() {
    case UInt8(ascii: "{"):
      try object { reader, _ throws(JSONError) in try reader.skipValue() }
    case UInt8(ascii: "["):
      try array { reader throws(JSONError) in try reader.skipValue() }
    case UInt8(ascii: "\""): _ = try verbatimString()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): try literal("null")
    default: _ = try number()
    }
  }

  /// Nothing but white space may follow the value.
  package mutating func end() throws(JSONError) {
    skipWhiteSpace()
    guard index == bytes.count else { throw .malformed }
  }
}

extension JSONReader {
  private mutating func skipWhiteSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  private mutating func peek() throws(JSONError) -> UInt8 {
    skipWhiteSpace()
    guard index < bytes.count else { throw .malformed }
    return bytes[index]
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    skipWhiteSpace()
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard skip(byte) else { throw .malformed }
  }

  private mutating func enter(_ bracket: UInt8) throws(JSONError) {
    let first = try peek()
    guard first == bracket else { throw Self.mismatch(first) }
    index += 1
    depth += 1
    guard depth <= Self.maximumDepth else { throw .tooDeep }
  }

  private static func mismatch(_ first: UInt8) -> JSONError {
    JSONKind(firstByte: first).map(JSONError.unexpectedType) ?? .malformed
  }

  private mutating func literal(_ text: String) throws(JSONError) {
    let end = index + text.utf8.count
    guard end <= bytes.count, bytes[index..<end].elementsEqual(text.utf8) else {
      throw .malformed
    }
    index = end
  }

  /// `nil` for bytes that are no UTF-8.
  private static func text(_ bytes: Span<UInt8>) -> String? {
    guard let text = try? UTF8Span(validating: bytes) else { return nil }
    return String(copying: text)
  }

  private mutating func name() throws(JSONError) -> Name {
    guard try peek() == UInt8(ascii: "\"") else { throw .malformed }
    let name =
      switch try quoted() {
      case .verbatim(let range): Name(bytes: bytes, range: range)
      case .unescaped(let content): Name(bytes: content, range: content.indices)
      }
    let content = name.bytes.span.extracting(name.range)
    for index in content.indices where content[index] >= 0x80 {
      guard Self.text(content) != nil else { throw .malformed }
      break
    }
    return name
  }

  /// The content of the string in front, not yet known to be UTF-8.
  private mutating func quoted() throws(JSONError) -> Content {
    let start = index + 1
    index = try plainEnd(from: start)
    guard bytes[index] == UInt8(ascii: "\"") else {
      return .unescaped(try unescaped(from: start))
    }
    defer { index += 1 }
    return .verbatim(start..<index)
  }

  /// Where the string ends, or its first escape begins.
  private func plainEnd(from start: Int) throws(JSONError) -> Int {
    let end = PlainText.end(in: bytes.span, from: start)
    guard end < bytes.count, bytes[end] >= 0x20 else { throw .malformed }
    return end
  }

  private mutating func unescaped(from start: Int) throws(JSONError) -> [UInt8] {
    var content = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return content
      case UInt8(ascii: "\\"): try appendEscape(to: &content)
      case 0..<0x20: throw .malformed
      default: content.append(byte)
      }
    }
    throw .malformed
  }

  private mutating func appendEscape(to content: inout [UInt8]) throws(JSONError) {
    guard index < bytes.count else { throw .malformed }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      // A scalar beyond the first plane comes as two surrogates; one alone is no character.
      var value = try hexadecimal()
      if (0xD800..<0xDC00).contains(value) {
        try literal("\\u")
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw .malformed }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw .malformed }
      content.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    default: throw .malformed
    }
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    guard index + 4 <= bytes.count else { throw .malformed }
    var value: UInt32 = 0
    for byte in bytes[index..<index + 4] {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw .malformed
      }
      value = value << 4 | UInt32(digit)
    }
    index += 4
    return value
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func digits() throws(JSONError) -> Range<Int> {
    let start = index
    while index < bytes.count, Self.isDigit(bytes[index]) { index += 1 }
    guard index > start else { throw .malformed }
    return start..<index
  }

  private mutating func scanNumber() throws(JSONError) -> JSONNumber {
    var number = JSONNumber(text: bytes)
    if bytes[index] == UInt8(ascii: "-") {
      number.isNegative = true
      index += 1
    }
    number.integerDigits = try digits()
    // RFC 8259, section 6: no leading zeros.
    if number.integerDigits.count > 1, bytes[number.integerDigits.lowerBound] == UInt8(ascii: "0") {
      throw .malformed
    }
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      number.fractionDigits = try digits()
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      var isNegative = false
      if index < bytes.count,
        bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
      {
        isNegative = bytes[index] == UInt8(ascii: "-")
        index += 1
      }
      number.setExponent(try digits(), isNegative: isNegative)
    }
    return number
  }
}
