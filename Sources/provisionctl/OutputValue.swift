/// What an answer is turned into before it is printed: one tree for all formats.
enum OutputValue: Equatable {
  case text(String)
  case integer(Int64)
  case boolean(Bool)
  case list([OutputValue])
  /// Fields in the order of the protocol.
  case object([OutputField])

  /// An object of the fields that are set.
  static func fields(_ fields: KeyValuePairs<String, OutputValue?>) -> OutputValue {
    .object(
      fields.compactMap { name, value in
        value.map { OutputField(name: name, value: $0) }
      })
  }

  /// A text field; `nil` when empty, as an unset proto3 field.
  static func optional(_ text: String) -> OutputValue? {
    text.isEmpty ? nil : .text(text)
  }

  /// A list field; `nil` when empty.
  static func optional(_ values: [OutputValue]) -> OutputValue? {
    values.isEmpty ? nil : .list(values)
  }

  /// A scalar's text.
  var scalarText: String? {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .boolean(let flag): String(flag)
    case .list, .object: nil
    }
  }
}

struct OutputField: Equatable {
  var name: String
  var value: OutputValue
}
