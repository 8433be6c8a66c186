/// An attribute that can stand for the user name at sign-in.
package enum SandboxAlias: String, CaseIterable, Sendable {
  case email
  case phoneNumber = "phone_number"
  case preferredUsername = "preferred_username"
}

/// How a user pool is set up: the parts of the API's UserPoolType that AdminCreateUser depends on.
package struct SandboxPool: Sendable {
  /// What becomes of created users.
  package enum Retention: Equatable, Sendable {
    /// They are kept, and a creation beyond `maximumUserCount` is refused with
    /// LimitExceededException.
    case keep(maximumUserCount: Int)
    /// They are answered and forgotten, for benchmarks: no duplicate is ever found.
    case discard
  }

  /// What becomes of a creation that names no medium, so that SMS holds, without a phone number.
  package enum DefaultDelivery: Equatable, Sendable {
    /// It is refused with InvalidParameterException.
    case required
    /// The user is created and no message is sent.
    case omitted
  }

  /// Users that a pool keeps unless it says otherwise; at about 1 KB each, 100 MB.
  package static let defaultMaximumUserCount = 100_000

  /// `<region>_<id>`, e.g. `eu-central-1_Sandbox01`.
  package var id: String
  /// The region that requests must be signed for.
  package var region: String
  package var passwordPolicy: SandboxPasswordPolicy
  /// AliasAttributes: users have names of their own, and these may stand for them.
  package var aliasAttributes: Set<SandboxAlias>
  /// UsernameAttributes: the given user name is one of these, and the true one is generated. Only
  /// email and phone number are meaningful.
  package var usernameAttributes: Set<SandboxAlias>
  /// UsernameConfiguration.CaseSensitive; the API's own default is true.
  package var isCaseSensitive: Bool
  /// Custom attributes of the schema, their names with the prefix `custom:`.
  package var customAttributes: [SandboxAttribute]
  /// Whether a custom attribute outside the schema is taken, as text of up to 2,048 characters.
  package var allowsAnyCustomAttribute: Bool
  package var defaultDelivery: DefaultDelivery
  package var retention: Retention

  /// - Parameter region: the part of `id` before the underscore where `nil`.
  package init(
    id: String,
    region: String? = nil,
    passwordPolicy: SandboxPasswordPolicy = SandboxPasswordPolicy(),
    aliasAttributes: Set<SandboxAlias> = [],
    usernameAttributes: Set<SandboxAlias> = [],
    isCaseSensitive: Bool = true,
    customAttributes: [SandboxAttribute] = [],
    allowsAnyCustomAttribute: Bool = true,
    defaultDelivery: DefaultDelivery = .required,
    retention: Retention = .keep(maximumUserCount: SandboxPool.defaultMaximumUserCount)
  ) {
    self.id = id
    self.region = region ?? String(id.prefix { $0 != "_" })
    self.passwordPolicy = passwordPolicy
    self.aliasAttributes = aliasAttributes
    self.usernameAttributes = usernameAttributes
    self.isCaseSensitive = isCaseSensitive
    self.customAttributes = customAttributes
    self.allowsAnyCustomAttribute = allowsAnyCustomAttribute
    self.defaultDelivery = defaultDelivery
    self.retention = retention
  }
}
