import Foundation

/// The JSON Schema of the policy document, made of ``PolicyShape``: what an editor can know of a
/// document. Whether rules contradict each other is for `policy check`.
package enum PolicySchema {
  static let dialect = "https://json-schema.org/draft/2020-12/schema"

  package static var text: String {
    var schema = object(PolicyShape.document)
    schema["$schema"] = dialect
    schema["title"] = "provisiond policy document"
    let options: JSONSerialization.WritingOptions = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
    ]
    // Strings, numbers, lists and maps can always be written.
    guard let data = try? JSONSerialization.data(withJSONObject: schema, options: options) else {
      return ""
    }
    return String(decoding: data, as: UTF8.self)
  }

  private static func schema(_ shape: DocumentShape) -> [String: Any] {
    switch shape {
    case .text(let pattern):
      ["type": "string"].merging(pattern.map { ["pattern": $0] } ?? [:]) { $1 }
    case .flag: ["type": "boolean"]
    case .yes: ["const": true]
    case .integer(let range):
      ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
    case .number(let minimum): ["type": "number", "minimum": minimum]
    case .words(let words): ["enum": words]
    case .list(let item, let minimum):
      ["type": "array", "items": schema(item), "minItems": minimum, "uniqueItems": true]
    case .map(let value, let names, let minimum):
      [
        "type": "object", "additionalProperties": schema(value), "minProperties": minimum,
        "propertyNames": schema(names),
      ]
    case .object(let fields): object(fields)
    case .either(let shapes): ["anyOf": shapes.map(schema)]
    }
  }

  private static func object(_ shape: DocumentFields) -> [String: Any] {
    var properties: [String: Any] = [:]
    for field in shape.fields {
      var property = schema(field.shape)
      property["description"] = field.meaning
      properties[field.name] = property
    }
    var object: [String: Any] = [
      "type": "object", "properties": properties, "additionalProperties": false,
    ]
    let required = shape.fields.filter(\.isRequired).map(\.name)
    if !required.isEmpty { object["required"] = required }
    if !shape.oneOf.isEmpty { object["oneOf"] = shape.oneOf.map { ["required": [$0]] } }
    return object
  }
}
