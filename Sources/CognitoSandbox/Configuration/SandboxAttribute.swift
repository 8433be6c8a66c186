/// SchemaAttributeType of the API: what values an attribute takes.
package struct SandboxAttribute: Equatable, Sendable {
  package enum DataType: Equatable, Sendable {
    /// Length in code points.
    case string(minimumLength: Int, maximumLength: Int)
    case number(minimum: Int64?, maximum: Int64?)
    case dateTime
    case boolean
  }

  /// As in a request: custom attributes with their prefix `custom:`.
  package var name: String
  package var dataType: DataType
  package var isMutable: Bool
  package var isRequired: Bool

  package init(
    name: String,
    dataType: DataType = .string(minimumLength: 0, maximumLength: 2048),
    isMutable: Bool = true,
    isRequired: Bool = false
  ) {
    self.name = name
    self.dataType = dataType
    self.isMutable = isMutable
    self.isRequired = isRequired
  }

  /// The attributes of every pool (OpenID Connect Core, section 5.1, and `sub`).
  static let standard: [SandboxAttribute] = {
    let texts = [
      "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username",
      "profile", "picture", "website", "email", "gender", "zoneinfo", "locale", "phone_number",
      "address",
    ]
    return [
      SandboxAttribute(
        name: "sub", dataType: .string(minimumLength: 1, maximumLength: 2048), isMutable: false,
        isRequired: true),
      SandboxAttribute(name: "email_verified", dataType: .boolean),
      SandboxAttribute(name: "phone_number_verified", dataType: .boolean),
      SandboxAttribute(
        name: "birthdate", dataType: .string(minimumLength: 10, maximumLength: 10)),
      SandboxAttribute(name: "updated_at", dataType: .number(minimum: 0, maximum: nil)),
    ] + texts.map { SandboxAttribute(name: $0) }
  }()
}
