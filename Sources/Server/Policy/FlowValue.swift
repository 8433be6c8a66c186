/// A value in YAML's flow style: on one line.
indirect enum FlowValue {
  case text(String)
  case number(Int)
  case flag(Bool)
  case list([FlowValue])
  case map([(String, FlowValue)])

  var text: String {
    switch self {
    case .text(let text): Self.scalar(text)
    case .number(let number): String(number)
    case .flag(let flag): String(flag)
    case .list(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    case .map(let entries):
      "{" + entries.map { "\(Self.scalar($0)): \($1.text)" }.joined(separator: ", ") + "}"
    }
  }

  /// Words that YAML 1.1 takes for another type.
  private static let typed: Set<String> = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null",
  ]

  /// Plain where nobody can take it for anything else, else in double quotes (YAML 1.2.2, 7.3.1).
  private static func scalar(_ text: String) -> String {
    let isPlain =
      text.first?.isLetter == true
      && text.utf8.allSatisfy { byte in
        let letter = byte | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
      }
    if isPlain, !typed.contains(text.lowercased()) { return text }
    return quoted(text)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
