/// Why a body could not be read. The endpoint answers each with SerializationException.
enum JSONFailure: Error, Equatable {
  /// Not JSON (RFC 8259), not UTF-8, or nested too deeply.
  case malformed
  /// JSON, but of another type than the member's.
  case unexpected(JSONKind)
}

/// The types of RFC 8259, section 3.
enum JSONKind: Equatable {
  case object, array, string, number, boolean, null
}

/// A pull parser over the bytes of one JSON text: the caller asks for the type that it expects, and
/// nothing but the wanted values is built.
struct JSONReader {
  /// Nesting beyond this is refused, so that a hostile body cannot exhaust the stack.
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads an object; `member` must read or skip each value.
  mutating func object(
    _ member: (inout JSONReader, String) throws(JSONFailure) -> Void
  ) throws(JSONFailure) {
    try expect(.object)
    try enter()
    defer { depth -= 1 }
    if try consume(UInt8(ascii: "}")) { return }
    repeat {
      guard try peek() == .string else { throw .malformed }
      let key = try string()
      guard try consume(UInt8(ascii: ":")) else { throw .malformed }
      try member(&self, key)
    } while try consume(UInt8(ascii: ","))
    guard try consume(UInt8(ascii: "}")) else { throw .malformed }
  }

  /// Reads an array; `element` must read or skip each value.
  mutating func array(
    _ element: (inout JSONReader) throws(JSONFailure) -> Void
  ) throws(JSONFailure) {
    try expect(.array)
    try enter()
    defer { depth -= 1 }
    if try consume(UInt8(ascii: "]")) { return }
    repeat { try element(&self) } while try consume(UInt8(ascii: ","))
    guard try consume(UInt8(ascii: "]")) else { throw .malformed }
  }

  mutating func boolean() throws(JSONFailure) -> Bool {
    try expect(.boolean)
    if bytes[position] == UInt8(ascii: "t") {
      try literal("true")
      return true
    }
    try literal("false")
    return false
  }

  mutating func string() throws(JSONFailure) -> String {
    try expect(.string)
    position += 1
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
          throw .malformed
        }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        return try escapedString(from: start)
      case 0..<0x20:
        throw .malformed
      default:
        position += 1
      }
    }
    throw .malformed
  }

  /// An integer without fraction or exponent.
  mutating func integer() throws(JSONFailure) -> Int {
    try expect(.number)
    let start = position
    try skipNumber()
    guard let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw .unexpected(.number)
    }
    return value
  }

  /// `null` stands for an absent member.
  mutating func skipNull() throws(JSONFailure) -> Bool {
    guard try peek() == .null else { return false }
    try literal("null")
    return true
  }

  /// Passes over any value: unknown members are ignored.
  mutating func skip() throws(JSONFailure) {
    switch try peek() {
    case .object: try object { (reader, _) throws(JSONFailure) in try reader.skip() }
    case .array: try array { (reader) throws(JSONFailure) in try reader.skip() }
    case .string: _ = try string()
    case .number: try skipNumber()
    case .boolean: _ = try boolean()
    case .null: try literal("null")
    }
  }

  /// Nothing but white space may follow the text.
  mutating func end() throws(JSONFailure) {
    skipWhitespace()
    guard position == bytes.count else { throw .malformed }
  }
}

extension JSONReader {
  private mutating func escapedString(from start: Int) throws(JSONFailure) -> String {
    var text = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw .malformed }
        return string
      case UInt8(ascii: "\\"):
        text.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20:
        throw .malformed
      default:
        text.append(byte)
      }
    }
    throw .malformed
  }

  private mutating func escape() throws(JSONFailure) -> Unicode.Scalar {
    guard position < bytes.count else { throw .malformed }
    defer { position += 1 }
    switch bytes[position] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw .malformed
    }
  }

  /// `\uXXXX`, two of them for a surrogate pair; stands on the `u`, ends on the last digit.
  private mutating func unicodeEscape() throws(JSONFailure) -> Unicode.Scalar {
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, position + 2 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "\\"), bytes[position + 2] == UInt8(ascii: "u")
    else { throw .malformed }
    position += 2
    let low = try codeUnit()
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw .malformed }
    return scalar
  }

  private mutating func codeUnit() throws(JSONFailure) -> UInt32 {
    guard position + 4 < bytes.count else { throw .malformed }
    var unit: UInt32 = 0
    for offset in 1...4 {
      guard let digit = Self.hexadecimal(bytes[position + offset]) else { throw .malformed }
      unit = unit << 4 | digit
    }
    position += 4
    return unit
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  private mutating func skipNumber() throws(JSONFailure) {
    if current == UInt8(ascii: "-") { position += 1 }
    if current == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
    if current == UInt8(ascii: ".") {
      position += 1
      try skipDigits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try skipDigits()
    }
  }

  private mutating func skipDigits() throws(JSONFailure) {
    let start = position
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      position += 1
    }
    guard position > start else { throw .malformed }
  }

  private mutating func literal(_ text: StaticString) throws(JSONFailure) {
    for byte in text.description.utf8 {
      guard current == byte else { throw .malformed }
      position += 1
    }
  }

  private mutating func expect(_ kind: JSONKind) throws(JSONFailure) {
    let found = try peek()
    guard found == kind else { throw .unexpected(found) }
  }

  private mutating func peek() throws(JSONFailure) -> JSONKind {
    skipWhitespace()
    switch current {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number
    default: throw .malformed
    }
  }

  /// Steps over the opening bracket.
  private mutating func enter() throws(JSONFailure) {
    guard depth < Self.maximumDepth else { throw .malformed }
    depth += 1
    position += 1
  }

  private mutating func consume(_ byte: UInt8) throws(JSONFailure) -> Bool {
    skipWhitespace()
    guard let current else { throw .malformed }
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipWhitespace() {
    while let byte = current,
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    {
      position += 1
    }
  }

  private var current: UInt8? {
    position < bytes.count ? bytes[position] : nil
  }
}
