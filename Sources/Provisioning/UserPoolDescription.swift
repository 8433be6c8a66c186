/// What DescribeUserPool says of a pool, as far as creations depend on it. An object, because an
/// evaluation hands it on.
package final class UserPoolDescription: Equatable, Sendable {
  /// An attribute that stands for the user name at sign-in.
  package enum Contact: String, CaseIterable, Sendable {
    case email
    case phoneNumber = "phone_number"

    func isShape(of text: String) -> Bool {
      switch self {
      case .email: ContactShape.isEmail(text)
      case .phoneNumber: ContactShape.isPhoneNumber(text)
      }
    }

    var accepted: String {
      switch self {
      case .email: ContactShape.emailAccepted
      case .phoneNumber: ContactShape.phoneAccepted
      }
    }
  }

  /// `UsernameAttributes`: the user name of a creation has to be one of these, and the pool makes
  /// another for the user.
  package let usernameAttributes: Set<Contact>
  /// `AliasAttributes`: a user name must not look like one of these.
  package let aliasAttributes: Set<Contact>
  /// `MinimumLength` of the password policy, in characters; 0 where the pool says none.
  package let minimumPasswordLength: Int

  package init(
    usernameAttributes: Set<Contact> = [], aliasAttributes: Set<Contact> = [],
    minimumPasswordLength: Int = 0
  ) {
    self.usernameAttributes = usernameAttributes
    self.aliasAttributes = aliasAttributes
    self.minimumPasswordLength = minimumPasswordLength
  }

  /// What is assumed of a pool that is not known.
  package static let ordinary = UserPoolDescription()

  /// Whether a creation in the pool differs from one in an ordinary pool.
  package var isSpecial: Bool {
    !usernameAttributes.isEmpty || !aliasAttributes.isEmpty
      || minimumPasswordLength > PasswordPolicy.strict.minimumLength
  }

  /// What a password that is made here has to meet: all four classes, which meets a pool that asks
  /// for fewer.
  var passwordPolicy: PasswordPolicy {
    PasswordPolicy(
      minimumLength: max(PasswordPolicy.strict.minimumLength, minimumPasswordLength))
  }

  package static func == (a: UserPoolDescription, b: UserPoolDescription) -> Bool {
    a.usernameAttributes == b.usernameAttributes && a.aliasAttributes == b.aliasAttributes
      && a.minimumPasswordLength == b.minimumPasswordLength
  }
}

/// The pools that are not ordinary, as they are known at one moment.
package final class SpecialUserPools: Sendable {
  private let descriptions: [UserPool: UserPoolDescription]

  /// `nil` when all pools are ordinary: then no call looks for its own.
  package init?(_ descriptions: [UserPool: UserPoolDescription]) {
    let special = descriptions.filter(\.value.isSpecial)
    guard !special.isEmpty else { return nil }
    self.descriptions = special
  }

  package subscript(_ pool: UserPool) -> UserPoolDescription? { descriptions[pool] }
}
