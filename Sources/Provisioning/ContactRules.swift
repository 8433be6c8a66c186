/// What a level says of the attributes that messages are sent to; `nil`: key absent.
package struct ContactRules: Equatable, Sendable {
  /// Contacts that count as verified: `email`, `phone_number`.
  package var verified: [String]?
  package var emailDomainsAllowed: [DomainPattern]?
  package var emailDomainsDenied: [DomainPattern]?
  /// Where a phone number without a country code is dialled.
  package var phoneRegion: PhoneRegion?

  package init(
    verified: [String]? = nil, emailDomainsAllowed: [DomainPattern]? = nil,
    emailDomainsDenied: [DomainPattern]? = nil, phoneRegion: PhoneRegion? = nil
  ) {
    self.verified = verified
    self.emailDomainsAllowed = emailDomainsAllowed
    self.emailDomainsDenied = emailDomainsDenied
    self.phoneRegion = phoneRegion
  }
}

/// A contact that the policy vouches for: with it goes the attribute that says so.
final class VerifiedContact: Sendable {
  static let value = "true"

  let contact: String
  let attribute: String
  let decision: PolicyDecision

  init(contact: String, path: [String]) {
    self.contact = contact
    attribute = contact + "_verified"
    decision = PolicyDecision(
      field: "user_attributes[\(attribute)]", rule: PolicyRuleError.text(of: path), effect: .fixed)
  }
}

/// The rules of contacts, merged for one organization.
final class EffectiveContacts: Sendable {
  let rules: ContactRules
  let verified: [VerifiedContact]
  /// Whether some domains are not accepted.
  let boundsDomains: Bool
  /// Whether numbers without a country code get one.
  let writesPhoneNumbers: Bool
  let phoneNormalized: PolicyDecision

  init(rules: ContactRules, verified: [VerifiedContact], phoneRule: String) {
    self.rules = rules
    self.verified = verified
    boundsDomains = rules.emailDomainsAllowed != nil || rules.emailDomainsDenied != nil
    writesPhoneNumbers = rules.phoneRegion != nil
    phoneNormalized = PolicyDecision(
      field: "user_attributes[\(AttributeName.phoneNumber)]", rule: phoneRule, effect: .normalized)
  }

  static let domainAccepted = "an e-mail address in a domain that the policy accepts"

  func acceptsDomain(ofEmail email: String) -> Bool {
    guard boundsDomains else { return true }
    // Without a domain it is no address, and its shape is found wrong elsewhere.
    guard let domain = DomainPattern.domain(ofEmail: email) else { return true }
    if rules.emailDomainsDenied?.contains(where: { $0.matches(domain) }) == true { return false }
    return rules.emailDomainsAllowed?.contains { $0.matches(domain) } ?? true
  }

  /// The contact whose being verified the attribute of this name says.
  func contact(verifiedBy name: String) -> String? {
    verified.first { $0.attribute.hasSameBytes(as: name) }?.contact
  }
}

extension RuleMerging {
  static let contacts = [AttributeName.email, AttributeName.phoneNumber]

  func contacts(values: EffectiveMap) throws(PolicyRuleError) -> EffectiveContacts {
    let verified = nearest(["attributes", "verified"], \.contacts.verified)
    let allowed = nearest(["attributes", "email_domains", "allow"], \.contacts.emailDomainsAllowed)
    let denied = nearest(["attributes", "email_domains", "deny"], \.contacts.emailDomainsDenied)
    let region = nearest(["attributes", "phone_region"], \.contacts.phoneRegion)
    if let allowed, let denied,
      let index = allowed.value.firstIndex(where: { denied.value.contains($0) })
    {
      throw PolicyRuleError(
        path: allowed.path + ["[\(index)]"], problem: "deny holds the same domain",
        accepted: "each domain in one of the two lists")
    }
    var vouched: [VerifiedContact] = []
    for (index, name) in (verified?.value ?? []).enumerated() {
      let path = (verified?.path ?? []) + ["[\(index)]"]
      guard Self.contacts.contains(name) else {
        throw PolicyRuleError(
          path: path, problem: "not a contact", accepted: Self.contacts.joined(separator: ", "))
      }
      vouched.append(VerifiedContact(contact: name, path: path))
    }
    let merged = EffectiveContacts(
      rules: ContactRules(
        verified: verified?.value, emailDomainsAllowed: allowed?.value,
        emailDomainsDenied: denied?.value, phoneRegion: region?.value),
      verified: vouched, phoneRule: PolicyRuleError.text(of: region?.path ?? []))
    try check(merged, against: values)
    return merged
  }

  /// What the document writes into every user must not contradict what it says of contacts.
  private func check(
    _ contacts: EffectiveContacts, against values: EffectiveMap
  ) throws(PolicyRuleError) {
    for entry in values.default + values.fixed {
      let constant = entry.template.constant
      if entry.name == AttributeName.email, let constant, !contacts.acceptsDomain(ofEmail: constant)
      {
        throw PolicyRuleError(
          path: entry.path, problem: "email_domains does not accept its domain",
          accepted: EffectiveContacts.domainAccepted)
      }
      if contacts.contact(verifiedBy: entry.name) != nil, constant != VerifiedContact.value {
        throw PolicyRuleError(
          path: entry.path, problem: "contradicts verified", accepted: "\"true\", or no such entry")
      }
    }
  }
}
