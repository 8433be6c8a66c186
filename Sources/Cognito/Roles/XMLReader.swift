/// Reads XML as plain as AWS's query protocol writes it (XML 1.0, fifth edition): a declaration,
/// elements, attributes that mean nothing here, and text with the five predefined entities. Document
/// types, further processing instructions, comments, CDATA sections and character references are
/// refused: no answer has them, and an attacker's could.
struct XMLReader {
  /// A longer document is refused, in bytes.
  static let maximumByteCount = 64 << 10
  /// Elements inside each other.
  static let maximumDepth = 16

  enum Fault: Error { case malformed }

  private let bytes: [UInt8]
  private var position = 0
  /// The names of the elements that are open, and whether each has had an element inside.
  private var open: [(name: String, isParent: Bool)] = []
  private var text: [UInt8] = []

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The texts of the elements inside the one at `path`, by name. Each may stand there once, and so
  /// may the one at `path`.
  static func texts(in bytes: [UInt8], at path: [String]) throws(Fault) -> [String: String] {
    guard bytes.count <= maximumByteCount else { throw .malformed }
    var reader = XMLReader(bytes)
    return try reader.texts(at: path)
  }

  private mutating func texts(at path: [String]) throws(Fault) -> [String: String] {
    var found: [String: String] = [:]
    var visits = 0
    var hasRoot = false
    try skipDeclaration()
    while let byte = peek {
      guard byte == UInt8(ascii: "<") else {
        try readText()
        continue
      }
      position += 1
      if peek == UInt8(ascii: "/") {
        position += 1
        try close(path, &found)
        continue
      }
      guard !(hasRoot && open.isEmpty) else { throw .malformed }
      hasRoot = true
      let isEmpty = try openElement()
      if open.map(\.name) == path { visits += 1 }
      if isEmpty { try leave(path, &found) }
    }
    guard hasRoot, open.isEmpty, visits <= 1 else { throw .malformed }
    return found
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipDeclaration() throws(Fault) {
    guard bytes.starts(with: Array("<?xml ".utf8)) else { return }
    guard let end = bytes.firstRange(of: Array("?>".utf8)) else { throw .malformed }
    position = end.upperBound
  }

  // MARK: Elements

  /// - Returns: whether it has ended already.
  private mutating func openElement() throws(Fault) -> Bool {
    guard open.count < Self.maximumDepth else { throw .malformed }
    let name = try readName()
    if !open.isEmpty {
      // Text beside elements says nothing in this protocol.
      guard text.allSatisfy(Self.isSpace) else { throw .malformed }
      open[open.count - 1].isParent = true
    }
    open.append((name, false))
    text = []
    while true {
      let hadSpace = skipSpace()
      switch peek {
      case UInt8(ascii: ">"):
        position += 1
        return false
      case UInt8(ascii: "/"):
        position += 1
        try expect(UInt8(ascii: ">"))
        return true
      default:
        guard hadSpace else { throw .malformed }
        try skipAttribute()
      }
    }
  }

  private mutating func skipAttribute() throws(Fault) {
    _ = try readName()
    _ = skipSpace()
    try expect(UInt8(ascii: "="))
    _ = skipSpace()
    guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw .malformed
    }
    position += 1
    while let byte = peek, byte != quote {
      guard byte != UInt8(ascii: "<") else { throw .malformed }
      position += 1
    }
    try expect(quote)
  }

  private mutating func close(
    _ path: [String], _ found: inout [String: String]
  ) throws(Fault) {
    let name = try readName()
    _ = skipSpace()
    try expect(UInt8(ascii: ">"))
    guard open.last?.name == name else { throw .malformed }
    try leave(path, &found)
  }

  private mutating func leave(
    _ path: [String], _ found: inout [String: String]
  ) throws(Fault) {
    guard let element = open.popLast() else { throw .malformed }
    defer { text = [] }
    if element.isParent {
      guard text.allSatisfy(Self.isSpace) else { throw .malformed }
    } else if open.map(\.name) == path {
      guard let value = String(validating: Self.trimmed(text), as: UTF8.self),
        found.updateValue(value, forKey: element.name) == nil
      else { throw .malformed }
    }
  }

  // MARK: Characters

  private mutating func readText() throws(Fault) {
    while let byte = peek, byte != UInt8(ascii: "<") {
      guard byte >= 0x20 || Self.isSpace(byte), !open.isEmpty || Self.isSpace(byte) else {
        throw .malformed
      }
      position += 1
      text.append(byte == UInt8(ascii: "&") ? try readEntity() : byte)
    }
  }

  private static let entities: [String: UInt8] = [
    "lt": UInt8(ascii: "<"), "gt": UInt8(ascii: ">"), "amp": UInt8(ascii: "&"),
    "quot": UInt8(ascii: "\""), "apos": UInt8(ascii: "'"),
  ]

  private mutating func readEntity() throws(Fault) -> UInt8 {
    let name = try readName()
    try expect(UInt8(ascii: ";"))
    guard let character = Self.entities[name] else { throw .malformed }
    return character
  }

  /// A name of ASCII letters, digits and `_:-.`, the first no digit, `-` or full stop.
  private mutating func readName() throws(Fault) -> String {
    let start = position
    while let byte = peek, Self.isName(byte, isFirst: position == start) { position += 1 }
    guard position > start else { throw .malformed }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func isName(_ byte: UInt8, isFirst: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), UInt8(ascii: ":"):
      true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): !isFirst
    default: false
    }
  }

  private mutating func expect(_ byte: UInt8) throws(Fault) {
    guard peek == byte else { throw .malformed }
    position += 1
  }

  /// - Returns: whether there was any.
  private mutating func skipSpace() -> Bool {
    let start = position
    while let byte = peek, Self.isSpace(byte) { position += 1 }
    return position > start
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func trimmed(_ text: [UInt8]) -> ArraySlice<UInt8> {
    guard let first = text.firstIndex(where: { !isSpace($0) }),
      let last = text.lastIndex(where: { !isSpace($0) })
    else { return [] }
    return text[first...last]
  }
}
