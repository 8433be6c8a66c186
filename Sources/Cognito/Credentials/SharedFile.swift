/// The sections of a shared credentials or configuration file (AWS SDKs and Tools Reference Guide,
/// "Shared config and credentials files"): `[section]` lines, `name = value` lines, comments that
/// start with `#` or `;`, and indented lines that belong to the setting above and are passed over.
struct SharedFile {
  /// Settings by section, names in lower case. Of a repeated section or setting the later one
  /// counts.
  private(set) var sections: [String: [String: String]] = [:]

  init(_ text: String) {
    var section: String?
    for line in text.split(whereSeparator: \.isNewline) {
      guard let first = line.first, first != "#", first != ";" else { continue }
      if first.isWhitespace { continue }
      if first == "[" {
        section = Self.section(line)
        if let section, sections[section] == nil { sections[section] = [:] }
      } else if let section, let equals = line.firstIndex(of: "=") {
        let name = Self.trimmed(line[..<equals]).lowercased()
        sections[section]?[name] = Self.value(line[line.index(after: equals)...])
      }
    }
  }

  /// `[name]`, `[profile name]` with any white space around; a comment may follow.
  private static func section(_ line: Substring) -> String? {
    guard let end = line.firstIndex(of: "]") else { return nil }
    let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: \.isWhitespace)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// A comment behind a value has white space in front of it.
  private static func value(_ text: Substring) -> String {
    var end = text.startIndex
    var previousIsSpace = true
    while end < text.endIndex {
      let character = text[end]
      if previousIsSpace, character == "#" || character == ";" { break }
      previousIsSpace = character.isWhitespace
      end = text.index(after: end)
    }
    return trimmed(text[..<end])
  }

  private static func trimmed(_ text: Substring) -> String {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
  }
}
