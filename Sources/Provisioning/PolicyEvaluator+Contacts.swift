/// What a policy says of the addresses that messages go to, and of whoever gets none.
extension PolicyEvaluator {
  /// Whether a reserved attribute may be named because the policy overwrites it: it says that a
  /// contact is verified, the policy vouches for that contact, and the request has one.
  func isVouchedFor(_ name: String) -> Bool {
    guard !isResend, !rules.attributes.forbidden.contains(name),
      let contact = rules.attributes.contacts.contact(verifiedBy: name)
    else { return false }
    return request.userAttributes.hasValue(named: contact)
  }

  mutating func vouch() {
    for contact in rules.attributes.contacts.verified
    where request.userAttributes.hasValue(named: contact.contact) {
      if let index = request.userAttributes.firstIndex(named: contact.attribute) {
        if request.userAttributes[index].value.hasSameBytes(as: VerifiedContact.value) { continue }
        request.userAttributes[index].value = VerifiedContact.value
      } else {
        request.userAttributes.append(
          UserAttribute(name: contact.attribute, value: VerifiedContact.value))
      }
      decisions.append(contact.decision)
    }
  }

  /// Entries of the request keep their places in front of those that the policy adds.
  mutating func checkEmailDomain(_ askedCount: Int) {
    let contacts = rules.attributes.contacts
    // A name that stands twice is found wrong elsewhere.
    guard contacts.boundsDomains,
      let index = request.userAttributes.firstIndex(named: AttributeName.email),
      !contacts.acceptsDomain(ofEmail: request.userAttributes[index].value)
    else { return }
    violations.append(
      Violation(
        field: index < askedCount ? "user_attributes[\(index)].value" : "user_attributes",
        description: EffectiveContacts.domainAccepted))
  }

  /// The suppression policy comes before default and request: the first match wins.
  ///
  /// - Returns: `nil` where no rule matches.
  mutating func suppressedAction() -> MessageAction? {
    let (attributes, callerID) = (request.userAttributes, context.callerID)
    let match = rules.suppressions.first { $0.matches(attributes, callerID: callerID) }
    guard let match else { return nil }
    switch request.messageAction {
    case .value(.resend):
      forbid("message_action", "the policy sends this user no message")
      return .resend
    case .value(.suppress): break
    case .value(.send), .unspecified, .unrecognized: decisions.append(match.decision)
    }
    return .suppress
  }

  /// Whether the service makes the password of a new user.
  private var makesPassword: Bool {
    rules.password.source == .service && !isResend && request.temporaryPassword.isEmpty
  }

  mutating func checkPasswordIsLearned(_ action: MessageAction) {
    guard makesPassword, action == .suppress else { return }
    violations.append(
      Violation(
        field: "message_action",
        description: "SEND: the password is made here, and only a message tells it to the user"))
  }

  /// What the password has to be that the service makes, once nothing stands against the creation.
  mutating func madePassword() -> PasswordPolicy? {
    guard makesPassword else { return nil }
    decisions.append(rules.password.generated)
    return poolDescription?.passwordPolicy ?? .strict
  }

  mutating func checkMetadataSize() {
    guard let limit = rules.clientMetadataMaximumBytes else { return }
    let bytes = request.clientMetadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    guard bytes > limit else { return }
    violations.append(
      Violation(
        field: "client_metadata",
        description: "at most \(limit) bytes of keys and values together, the policy's included"))
  }
}
