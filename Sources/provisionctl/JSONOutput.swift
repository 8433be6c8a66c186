/// JSON, indented by two spaces, fields in the protocol's order.
enum JSONOutput {
  static func render(_ value: OutputValue) -> String {
    var text = ""
    write(value, indent: "", to: &text)
    return text
  }

  /// Without a line break.
  static func line(_ value: OutputValue) -> String {
    switch value {
    case .text(let string): quoted(string)
    case .integer, .boolean: value.scalarText ?? ""
    case .list(let values): "[" + values.map(line).joined(separator: ",") + "]"
    case .object(let fields):
      "{" + fields.map { quoted($0.name) + ":" + line($0.value) }.joined(separator: ",") + "}"
    }
  }

  private static func write(_ value: OutputValue, indent: String, to text: inout String) {
    switch value {
    case .text(let string): text += quoted(string)
    case .integer, .boolean: text += value.scalarText ?? ""
    case .list(let values):
      block("[", "]", values, indent, to: &text) { write($0, indent: indent + "  ", to: &$1) }
    case .object(let fields):
      block("{", "}", fields, indent, to: &text) { field, text in
        text += quoted(field.name) + ": "
        write(field.value, indent: indent + "  ", to: &text)
      }
    }
  }

  private static func block<Item>(
    _ open: String, _ close: String, _ items: [Item], _ indent: String, to text: inout String,
    _ write: (Item, inout String) -> Void
  ) {
    guard !items.isEmpty else {
      text += open + close
      return
    }
    text += open
    for (index, item) in items.enumerated() {
      text += (index == 0 ? "\n" : ",\n") + indent + "  "
      write(item, &text)
    }
    text += "\n" + indent + close
  }

  /// A JSON string (RFC 8259, section 7). Control characters of C1 and the line separators are
  /// escaped too: a terminal would act on them.
  static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
