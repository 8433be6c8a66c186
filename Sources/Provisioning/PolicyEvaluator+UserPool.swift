/// What the user pool itself asks of a new user, where that is known. A resend names a user who
/// exists.
extension PolicyEvaluator {
  /// The pool would refuse the name; here the answer says why, and nothing is sent.
  mutating func checkUsername(takenBy pool: UserPoolDescription) {
    let name = request.username
    guard !isResend, RequestValidation.isUsername(name) else { return }
    if !pool.usernameAttributes.isEmpty {
      guard contact(in: pool.usernameAttributes) == nil else { return }
      let accepted = Self.sorted(pool.usernameAttributes).map(\.accepted)
      violations.append(
        Violation(
          field: "username",
          description: "the user pool takes as user name " + accepted.joined(separator: ", or ")))
    } else if contact(in: pool.aliasAttributes) != nil {
      violations.append(
        Violation(
          field: "username",
          description: "a name that is no e-mail address or phone number: the user pool has those "
            + "as aliases, in the attributes"))
    }
  }

  /// A pool that takes a contact as the user name makes it an attribute. So it is one before the
  /// rules look at the attributes: none of them can be got around by naming it in one place only.
  mutating func addContact(namedBy pool: UserPoolDescription) {
    guard !isResend, let contact = contact(in: pool.usernameAttributes) else { return }
    guard let index = request.userAttributes.firstIndex(named: contact.rawValue) else {
      request.userAttributes.append(
        UserAttribute(name: contact.rawValue, value: request.username))
      decisions.append(
        PolicyDecision(
          field: "user_attributes[\(contact.rawValue)]", rule: "user_pool.username_attributes",
          effect: .defaulted))
      return
    }
    guard request.userAttributes[index].value.lowercased() != request.username.lowercased() else {
      return
    }
    violations.append(
      Violation(
        field: "user_attributes[\(index)].value",
        description: "the same as the username: the user pool takes it as the user name"))
  }

  private func contact(
    in contacts: Set<UserPoolDescription.Contact>
  ) -> UserPoolDescription.Contact? {
    Self.sorted(contacts).first { $0.isShape(of: request.username) }
  }

  private static func sorted(
    _ contacts: Set<UserPoolDescription.Contact>
  ) -> [UserPoolDescription.Contact] {
    UserPoolDescription.Contact.allCases.filter(contacts.contains)
  }
}
