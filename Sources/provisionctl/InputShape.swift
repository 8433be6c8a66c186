/// What a JSON value of a request may be. The check of `--cli-input-json`, the skeleton and the
/// JSON Schema are made of the same description.
indirect enum InputShape: Sendable {
  /// Lengths in code points.
  case text(ClosedRange<Int>)
  case boolean
  case words([String])
  case list(InputShape)
  case map(InputShape, keys: ClosedRange<Int>)
  case object([Member])

  struct Member: Sendable {
    var name: String
    var shape: InputShape
    var isRequired = false
  }

  /// What is wrong with a value and where, or `nil`. The value itself is never shown.
  func problem(with value: JSONInput, at path: String) -> String? {
    let place = path.isEmpty ? "the document" : path
    switch (self, value) {
    case (.text(let lengths), .text(let text)):
      return lengths.contains(text.unicodeScalars.count)
        ? nil : "\(place): accepted: \(lengths.lowerBound) to \(lengths.upperBound) characters"
    case (.boolean, .boolean): return nil
    case (.words(let words), .text(let text)) where words.contains(text): return nil
    case (.list(let item), .list(let list)):
      for (index, value) in list.enumerated() {
        if let problem = item.problem(with: value, at: "\(path)[\(index)]") { return problem }
      }
      return nil
    case (.map(let shape, let keys), .object(let object)):
      for (key, value) in object.sorted(by: { $0.key < $1.key }) {
        if !keys.contains(key.unicodeScalars.count) {
          return "\(place): a key: accepted: \(keys.lowerBound) to \(keys.upperBound) characters"
        }
        if let problem = shape.problem(with: value, at: "\(path).value") { return problem }
      }
      return nil
    case (.object(let members), .object(let object)):
      return problem(with: object, members, at: path)
    default: return "\(place): accepted: \(accepted)"
    }
  }

  private func problem(
    with object: [String: JSONInput], _ members: [Member], at path: String
  ) -> String? {
    let place = path.isEmpty ? "the document" : path
    let names = members.map(\.name)
    for key in object.keys.sorted() where !names.contains(key) {
      return "\(place): unknown member; accepted: \(names.joined(separator: ", "))"
    }
    for member in members {
      let way = path.isEmpty ? member.name : "\(path).\(member.name)"
      if let value = object[member.name] {
        if let problem = member.shape.problem(with: value, at: way) { return problem }
      } else if member.isRequired {
        return "\(way): is missing"
      }
    }
    return nil
  }

  private var accepted: String {
    switch self {
    case .text: "a string"
    case .boolean: "true, false"
    case .words(let words): words.joined(separator: ", ")
    case .list: "a list"
    case .map: "an object of strings"
    case .object: "an object"
    }
  }
}

extension InputShape {
  /// The JSON Schema of the same values.
  var schema: OutputValue {
    switch self {
    case .text(let lengths):
      .fields([
        "type": .text("string"), "minLength": .integer(Int64(lengths.lowerBound)),
        "maxLength": .integer(Int64(lengths.upperBound)),
      ])
    case .boolean: .fields(["type": .text("boolean")])
    case .words(let words): .fields(["enum": .list(words.map { .text($0) })])
    case .list(let item): .fields(["type": .text("array"), "items": item.schema])
    case .map(let value, let keys):
      .fields([
        "type": .text("object"), "additionalProperties": value.schema,
        "propertyNames": InputShape.text(keys).schema,
      ])
    case .object(let members):
      .fields([
        "type": .text("object"),
        "properties": .object(members.map { OutputField(name: $0.name, value: $0.shape.schema) }),
        "required": .list(members.filter(\.isRequired).map { .text($0.name) }),
        "additionalProperties": .boolean(false),
      ])
    }
  }

  /// An example to be filled in.
  var skeleton: OutputValue {
    switch self {
    case .text: .text("")
    case .boolean: .boolean(false)
    case .words(let words): .text(words.first ?? "")
    case .list(let item): .list([item.skeleton])
    case .map(let value, _): .object([OutputField(name: "KeyName", value: value.skeleton)])
    case .object(let members):
      .object(members.map { OutputField(name: $0.name, value: $0.shape.skeleton) })
    }
  }
}
