/// Checks the attributes of a creation against the pool's schema.
struct AttributeRules {
  /// What any custom attribute is where the schema is open: text of the model's greatest length.
  static let openCustomAttribute = SandboxAttribute(name: "custom:")
  static let customPrefix = "custom:"
  /// A custom attribute's name without its prefix (quotas of the developer guide), in code points.
  static let customNameLength = 1...20

  /// Attributes of one user: the standard ones and the custom ones that a schema may have (quotas
  /// of the developer guide).
  static let maximumAttributeCount = 50 + SandboxAttribute.standard.count

  let pool: SandboxUserPool

  /// - Returns: the attributes that have a value; an empty value stands for none.
  func accept(_ members: [AttributeMember]) throws(ServiceException) -> [SandboxUserAttribute] {
    guard members.count <= Self.maximumAttributeCount else {
      throw .invalidParameter("More attributes than a schema can have.")
    }
    var attributes: [SandboxUserAttribute] = []
    attributes.reserveCapacity(members.count + 1)
    for member in members {
      guard let name = member.name else { continue }
      guard name != "sub" else {
        throw .invalidParameter("Cannot modify the non-mutable attribute sub")
      }
      let schema = try schema(of: name)
      guard !attributes.contains(where: { $0.name == name }) else {
        throw .invalidParameter("Attribute \(name) is given more than once.")
      }
      guard let value = member.value, !value.isEmpty else { continue }
      try check(value, of: name, schema.dataType)
      attributes.append(SandboxUserAttribute(name: name, value: value))
    }
    try requireContact("email", verifiedBy: "email_verified", attributes)
    try requireContact("phone_number", verifiedBy: "phone_number_verified", attributes)
    return attributes
  }

  private func schema(of name: String) throws(ServiceException) -> SandboxAttribute {
    if let attribute = pool.schema[name] { return attribute }
    if pool.settings.allowsAnyCustomAttribute, name.hasPrefix(Self.customPrefix),
      Self.customNameLength.contains(
        name.unicodeScalars.count - Self.customPrefix.unicodeScalars.count)
    {
      return Self.openCustomAttribute
    }
    throw Self.nonconforming("\(name): Attribute does not exist in the schema.")
  }

  private func check(
    _ value: String, of name: String, _ type: SandboxAttribute.DataType
  ) throws(ServiceException) {
    switch type {
    case .string(let minimum, let maximum):
      let length = value.unicodeScalars.count
      guard length >= minimum, length <= maximum else {
        throw Self.nonconforming(
          "\(name): String must be at least \(minimum) and at most \(maximum) characters long")
      }
    case .number(let minimum, let maximum):
      guard let number = Int64(value), number >= minimum ?? .min, number <= maximum ?? .max else {
        throw Self.nonconforming("\(name): Not a number in the range of the schema")
      }
    case .dateTime:
      guard Int64(value) != nil else { throw Self.nonconforming("\(name): Not a date") }
    case .boolean:
      guard value.lowercased() == "true" || value.lowercased() == "false" else {
        throw Self.nonconforming("\(name): Not a boolean")
      }
    }
    if name == "email", !ContactFormat.isEmail(value) {
      throw .invalidParameter("Invalid email address format.")
    }
    if name == "phone_number", !ContactFormat.isPhoneNumber(value) {
      throw .invalidParameter("Invalid phone number format.")
    }
  }

  /// In AdminCreateUser's words: "email: … Required if the email_verified attribute is set to
  /// True".
  private func requireContact(
    _ contact: String, verifiedBy flag: String, _ attributes: [SandboxUserAttribute]
  ) throws(ServiceException) {
    guard attributes.isTrue(flag) else { return }
    guard attributes.contains(where: { $0.name == contact }) else {
      throw .invalidParameter("\(contact) is required if \(flag) is set to true")
    }
  }

  private static func nonconforming(_ detail: String) -> ServiceException {
    .invalidParameter("Attributes did not conform to the schema: \(detail)")
  }
}

extension [SandboxUserAttribute] {
  func isTrue(_ name: String) -> Bool {
    contains { $0.name == name && $0.value.lowercased() == "true" }
  }
}
