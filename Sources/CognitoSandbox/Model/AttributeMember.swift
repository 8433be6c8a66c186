import JSON

/// AttributeType of the API as a request carries it: `Name` is required, `Value` is not.
struct AttributeMember: Equatable {
  var name: String?
  var value: String?

  /// AttributeListType.
  static func list(from reader: inout JSONReader) throws(JSONError) -> [AttributeMember] {
    var list: [AttributeMember] = []
    try reader.array { (reader) throws(JSONError) in
      if try reader.null() { return }
      var member = AttributeMember()
      try reader.object { (reader, key) throws(JSONError) in
        if try reader.null() { return }
        switch key {
        case "Name": member.name = try reader.string()
        case "Value": member.value = try reader.string()
        default: try reader.skipValue()
        }
      }
      list.append(member)
    }
    return list
  }

  static func check(
    _ list: [AttributeMember], at path: String, _ violations: inout ConstraintViolations
  ) {
    for (index, member) in list.enumerated() {
      violations.requirePresence(of: member.name, at: "\(path).\(index + 1).member.name")
      if let name = member.name {
        violations.requireLength(
          of: name, in: ModelLimits.attributeName, at: "\(path).\(index + 1).member.name")
        violations.requirePattern(
          .attributeName, of: name, at: "\(path).\(index + 1).member.name")
      }
      if let value = member.value {
        violations.requireLength(
          of: value, in: ModelLimits.attributeValue, at: "\(path).\(index + 1).member.value")
      }
    }
  }
}
