/// Names of user attributes, as a user pool knows them.
/// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
package enum AttributeName {
  static let email = "email"
  static let phoneNumber = "phone_number"

  /// The standard attributes: OpenID Connect Core 1.0, section 5.1.
  package static let standardNames = [
    "address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name",
    "locale", "middle_name", "name", "nickname", "phone_number", "phone_number_verified",
    "picture", "preferred_username", "profile", "sub", "updated_at", "website", "zoneinfo",
  ]
  static let standard = NameSet(standardNames)

  /// Names that a caller may set only where `attributes.allow` names them: a caller that verifies
  /// its own alias can take over an account. Those with ``developerPrefix`` belong to them.
  static let reserved = NameSet(["email_verified", "phone_number_verified", "sub"])

  /// Prefix of an attribute that only administrators may change.
  static let developerPrefix = "dev:"

  static let accepted = "a standard attribute or custom:NAME, 1 to 32 visible characters"
  static let shapeAccepted = "1 to 32 visible characters, no white space at either end"

  private static let customPrefix = "custom:"

  /// Whether the API can know an attribute of this name.
  static func isValid(_ name: String) -> Bool {
    if standard.contains(name) { return true }
    let start = hasDeveloperPrefix(name) ? developerPrefix.utf8.count : 0
    return name.hasBytes(customPrefix, at: start)
      && name.utf8.count > start + customPrefix.utf8.count && isWellFormed(name)
  }

  /// The pattern and length of `AttributeNameType`, without outer white space: a name that only
  /// looks like another one misleads whoever reads it.
  static func isWellFormed(_ name: String) -> Bool {
    guard name.utf8.count <= RequestLimits.attributeNameBytes,
      let length = TextClass.visibleOrSpace.length(of: name),
      APILimits.attributeName.contains(length)
    else { return false }
    let bytes = name.utf8.span
    return !isSpace(bytes[0]) && !isSpace(bytes[bytes.count - 1])
  }

  static func hasDeveloperPrefix(_ name: String) -> Bool {
    // The first byte settles it for nearly every name.
    name.utf8.first == UInt8(ascii: "d") && name.hasBytes(developerPrefix)
  }

  static func withoutDeveloperPrefix(_ name: String) -> String {
    hasDeveloperPrefix(name) ? String(name.unicodeScalars.dropFirst(developerPrefix.count)) : name
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
