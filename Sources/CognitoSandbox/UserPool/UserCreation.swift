/// A name under which a user signs in besides its user name.
struct AliasKey: Hashable {
  var alias: SandboxAlias
  /// Folded where the pool ignores case.
  var value: String
}

/// A user to be made: everything is checked that does not depend on the users that there are.
struct UserCreation {
  /// `nil` where the pool generates it, then equal to the `sub`.
  let username: String?
  let attributes: [SandboxUserAttribute]
  /// What no two users may share.
  let aliases: [AliasKey]
  var temporaryPassword: String?
  /// ForceAliasCreation: takes verified aliases from the users who have them.
  var movesAliases = false
  var ignoresAliases = false

  init(
    username: String, attributes: [SandboxUserAttribute], pool: SandboxPool
  ) throws(ServiceException) {
    guard pool.usernameAttributes.isEmpty else {
      let attributes = try Self.adding(username, to: attributes, pool)
      self.username = nil
      self.attributes = attributes
      aliases = attributes.compactMap { attribute in
        guard let alias = SandboxAlias(rawValue: attribute.name),
          pool.usernameAttributes.contains(alias)
        else { return nil }
        return AliasKey(alias: alias, value: pool.folded(attribute.value))
      }
      return
    }
    try Self.checkShape(of: username, pool)
    self.username = username
    self.attributes = attributes
    aliases =
      pool.aliasAttributes.isEmpty
      ? []
      : attributes.compactMap { attribute in
        guard let alias = SandboxAlias(rawValue: attribute.name),
          pool.aliasAttributes.contains(alias), alias.holds(in: attributes)
        else { return nil }
        return AliasKey(alias: alias, value: pool.folded(attribute.value))
      }
  }

  /// A pool with aliases refuses user names that look like one.
  private static func checkShape(
    of username: String, _ pool: SandboxPool
  ) throws(ServiceException) {
    if pool.aliasAttributes.contains(.email), ContactFormat.isEmail(username) {
      throw .invalidParameter(
        "Username cannot be of email format, since user pool is configured for email alias.")
    }
    if pool.aliasAttributes.contains(.phoneNumber), ContactFormat.isPhoneNumber(username) {
      throw .invalidParameter(
        "Username cannot be of phone number format, "
          + "since user pool is configured for phone number alias.")
    }
  }

  /// In a pool with username attributes the given user name becomes one of the attributes.
  private static func adding(
    _ username: String, to attributes: [SandboxUserAttribute], _ pool: SandboxPool
  ) throws(ServiceException) -> [SandboxUserAttribute] {
    let takesEmail = pool.usernameAttributes.contains(.email)
    let takesPhoneNumber = pool.usernameAttributes.contains(.phoneNumber)
    let name: String
    if takesEmail, ContactFormat.isEmail(username) {
      name = "email"
    } else if takesPhoneNumber, ContactFormat.isPhoneNumber(username) {
      name = "phone_number"
    } else {
      let wanted =
        switch (takesEmail, takesPhoneNumber) {
        case (true, true): "either an email or a phone number"
        case (true, false): "an email"
        default: "a phone number"
        }
      throw .invalidParameter("Username should be \(wanted).")
    }
    guard let given = attributes.first(where: { $0.name == name }) else {
      return attributes + [SandboxUserAttribute(name: name, value: username)]
    }
    guard pool.folded(given.value) == pool.folded(username) else {
      throw .invalidParameter("The \(name) attribute and the username differ.")
    }
    return attributes
  }
}

extension SandboxAlias {
  /// Email and phone number stand for a user only once they are verified.
  fileprivate func holds(in attributes: [SandboxUserAttribute]) -> Bool {
    guard let verificationFlag else { return true }
    return attributes.isTrue(verificationFlag)
  }

  var verificationFlag: String? {
    switch self {
    case .email: "email_verified"
    case .phoneNumber: "phone_number_verified"
    case .preferredUsername: nil
    }
  }
}

extension SandboxPool {
  /// The form in which names are compared.
  func folded(_ name: String) -> String {
    isCaseSensitive ? name : name.lowercased()
  }
}
