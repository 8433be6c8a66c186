import ArgumentParser
import Messages

/// Arguments that hold structures: in the AWS CLI's shorthand syntax or in JSON.
enum StructureArgument {
  /// A list of `{Name, Value}`: one shorthand argument for each, or one JSON list.
  static func attributes(
    _ arguments: [String], _ option: String
  ) throws -> [ProvisioningV1.UserAttribute] {
    if let json = json(arguments, "[") {
      return try AdminCreateUserInput.attributes(json, option)
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
      return try AdminCreateUserInput.metadata(json, option)
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
