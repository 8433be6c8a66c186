/// Tab-separated lines, one for each scalar: its path and its value. Made for `grep` and `cut`.
enum TextOutput {
  static func render(_ value: OutputValue) -> String {
    var lines: [String] = []
    write(value, path: "", to: &lines)
    return lines.joined(separator: "\n")
  }

  private static func write(_ value: OutputValue, path: String, to lines: inout [String]) {
    switch value {
    case .list(let values):
      for (index, item) in values.enumerated() {
        write(item, path: "\(path)[\(index)]", to: &lines)
      }
    case .object(let fields):
      for field in fields {
        write(field.value, path: path.isEmpty ? field.name : "\(path).\(field.name)", to: &lines)
      }
    case .text, .integer, .boolean:
      lines.append("\(path)\t\(oneLine(value.scalarText ?? ""))")
    }
  }

  /// A value must not break its line or act on a terminal.
  static func oneLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.isControl) else { return text }
    return String(JSONOutput.quoted(text).dropFirst().dropLast())
  }
}

extension Unicode.Scalar {
  var isControl: Bool { properties.generalCategory == .control }
}
