import ArgumentParser
import Foundation
import Messages

/// Arguments that hold structures: in the AWS CLI's shorthand syntax or in JSON.
enum StructureArgument {
  /// A list of `{Name, Value}`: one shorthand argument for each, or one JSON list.
  static func attributes(
    _ arguments: [String], _ option: String
  ) throws -> [ProvisioningV1.UserAttribute] {
    if let json = json(arguments, "[") {
      let attributes: [AttributeJSON] = try decode(json, option, "a list of {\"Name\", \"Value\"}")
      return attributes.map { .init(name: $0.name, value: $0.value ?? "") }
    }
    return try arguments.map { argument in
      var attribute = ProvisioningV1.UserAttribute(name: "", value: "")
      for pair in try pairs(argument, option) {
        switch pair.key {
        case "Name": attribute.name = pair.value
        case "Value": attribute.value = pair.value
        default: throw ValidationError("\(option): accepted keys: Name, Value")
        }
      }
      return attribute
    }
  }

  /// A map: `k=v,k=v` or one JSON object.
  static func map(_ arguments: [String], _ option: String) throws -> StringMap {
    if let json = json(arguments, "{") {
      let object: [String: String] = try decode(json, option, "an object of texts")
      return StringMap(
        object.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) })
    }
    return StringMap(
      try arguments.flatMap { try pairs($0, option) }.map { .init(key: $0.key, value: $0.value) })
  }

  private static func json(_ arguments: [String], _ opening: Character) -> String? {
    guard arguments.count == 1, let text = arguments.first,
      text.first(where: { !$0.isWhitespace }) == opening
    else { return nil }
    return text
  }

  private static func decode<Value: Decodable>(
    _ json: String, _ option: String, _ accepted: String
  ) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    } catch {
      throw ValidationError("\(option): is not \(accepted)")
    }
  }

  private static func pairs(
    _ argument: String, _ option: String
  ) throws -> [(key: String, value: String)] {
    do {
      return try ShorthandSyntax.pairs(argument)
    } catch {
      throw ValidationError("\(option): \(error)")
    }
  }
}

/// `AttributeType`, under the API's own names.
private struct AttributeJSON: Decodable {
  var name: String
  var value: String?

  private enum CodingKeys: String, CodingKey {
    case name = "Name"
    case value = "Value"
  }
}
