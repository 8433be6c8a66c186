/// Swift source with comments and the text of literals blanked out, byte for byte, so that a simple
/// search finds code only. Interpolated code stays visible.
struct CodeMask {
  private let bytes: [UInt8]
  private var code: [UInt8]
  private var position = 0

  /// The lines of `text`, of the same length in bytes, without comments and literals.
  static func lines(of text: String) -> [String] {
    var mask = CodeMask(text)
    mask.skipCode(untilClosingParenthesis: false)
    return mask.code.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private init(_ text: String) {
    bytes = Array(text.utf8)
    code = bytes
  }

  private func starts(with text: StaticString, at offset: Int = 0) -> Bool {
    let wanted = Array(text.description.utf8)
    let start = position + offset
    return start + wanted.count <= bytes.count
      && bytes[start..<start + wanted.count].elementsEqual(wanted)
  }

  private mutating func blank(_ count: Int) {
    for index in position..<min(position + count, bytes.count)
    where bytes[index] != UInt8(ascii: "\n") {
      code[index] = UInt8(ascii: " ")
    }
    position += count
  }

  private mutating func skipCode(untilClosingParenthesis: Bool) {
    var depth = 0
    while position < bytes.count {
      if starts(with: "//") {
        skipLineComment()
      } else if starts(with: "/*") {
        skipBlockComment()
      } else if let pounds = literalPounds(before: UInt8(ascii: "\"")) {
        skipString(pounds: pounds)
      } else if let pounds = literalPounds(before: UInt8(ascii: "/")), pounds > 0 || isBareRegex {
        skipRegex(pounds: pounds)
      } else {
        if bytes[position] == UInt8(ascii: "(") { depth += 1 }
        if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
        position += 1
        if untilClosingParenthesis && depth == 0 { return }
      }
    }
  }

  private mutating func skipLineComment() {
    let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    blank(end - position)
  }

  /// Block comments nest.
  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        blank(2)
      } else if starts(with: "*/") {
        depth -= 1
        blank(2)
      } else {
        blank(1)
      }
    } while depth > 0 && position < bytes.count
  }

  /// The number of `#` here that lead to `delimiter`; nil when this is no such literal.
  private func literalPounds(before delimiter: UInt8) -> Int? {
    let end = bytes[position...].firstIndex { $0 != UInt8(ascii: "#") } ?? bytes.count
    return end < bytes.count && bytes[end] == delimiter ? end - position : nil
  }

  private func hasPounds(_ count: Int, at offset: Int) -> Bool {
    let start = position + offset
    return start + count <= bytes.count
      && bytes[start..<start + count].allSatisfy { $0 == UInt8(ascii: "#") }
  }

  private mutating func skipString(pounds: Int) {
    position += pounds
    let quotes = starts(with: "\"\"\"") ? 3 : 1
    position += quotes
    while position < bytes.count {
      let closes = quotes == 3 ? starts(with: "\"\"\"") : bytes[position] == UInt8(ascii: "\"")
      if closes && hasPounds(pounds, at: quotes) {
        position += quotes + pounds
        return
      }
      if bytes[position] == UInt8(ascii: "\\") && hasPounds(pounds, at: 1) {
        if starts(with: "(", at: 1 + pounds) {
          blank(1 + pounds)
          skipCode(untilClosingParenthesis: true)
        } else {
          blank(2 + pounds)
        }
      } else {
        blank(1)
      }
    }
  }

  /// A slash opens a regular expression where a value may stand, and never before white space.
  private var isBareRegex: Bool {
    guard position + 1 < bytes.count, !Self.isWhite(bytes[position + 1]) else { return false }
    guard let before = bytes[..<position].last(where: { !Self.isWhite($0) }) else { return false }
    let line = bytes[(position + 1)...].prefix { $0 != UInt8(ascii: "\n") }
    return Array("=(,[{:;!&|?".utf8).contains(before) && line.contains(UInt8(ascii: "/"))
  }

  private static func isWhite(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09
  }

  private mutating func skipRegex(pounds: Int) {
    position += pounds + 1
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\\") {
        blank(2)
      } else if bytes[position] == UInt8(ascii: "/") && hasPounds(pounds, at: 1) {
        position += 1 + pounds
        return
      } else {
        blank(1)
      }
    }
  }
}
