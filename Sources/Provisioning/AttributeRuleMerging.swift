/// Merging of what a request must, may and may not set.
extension RuleMerging {
  func attributes() throws(PolicyRuleError) -> EffectiveAttributes {
    let values = try map(
      "attributes", \.attributes.values, decisionField: "user_attributes"
    ) { AttributeName.isValid($0) ? nil : AttributeName.accepted }
    let contacts = try contacts(values: values)
    let required = nearest(["attributes", "required"], \.attributes.required)
    let allow = nearest(["attributes", "allow"], \.attributes.allow)
    let forbidden = forbiddenNames()
    try checkNames(required)
    try checkNames(allow)
    for list in forbidden { try checkNames(list) }
    try checkContacts(of: values)
    try checkAllow(allow, against: forbidden)
    let names = forbidden.flatMap(\.value)
    let merged = EffectiveAttributes(
      values: values, contacts: contacts, required: required?.value ?? [],
      allow: allow.map { NameSet($0.value) },
      forbidden: NameSet(names + names.map { AttributeName.developerPrefix + $0 }),
      fixedNames: NameSet(values.fixed.map(\.name)),
      accepted: allow.map { Violation.allowed($0.value) } ?? "not set by a caller")
    try checkRequired(required, of: merged)
    return merged
  }

  private func forbiddenNames() -> [Sourced<[String]>] {
    levels.map {
      Sourced(value: $0.rules.attributes.forbidden, path: $0.path + ["attributes", "forbidden"])
    }
  }

  private func checkNames(_ names: Sourced<[String]>?) throws(PolicyRuleError) {
    guard let names else { return }
    for (index, name) in names.value.enumerated() where !AttributeName.isValid(name) {
      throw PolicyRuleError(
        path: names.path + ["[\(index)]"], problem: "not a name of the API",
        accepted: AttributeName.accepted)
    }
  }

  /// An address without a variable is known at load, so its shape is checked at load.
  private func checkContacts(of values: EffectiveMap) throws(PolicyRuleError) {
    for entry in values.default + values.fixed {
      guard let text = entry.template.constant else { continue }
      let accepted: String? =
        switch entry.name {
        case AttributeName.email where !ContactShape.isEmail(text): ContactShape.emailAccepted
        case AttributeName.phoneNumber where !ContactShape.isPhoneNumber(text):
          ContactShape.phoneAccepted
        default: nil
        }
      guard let accepted else { continue }
      throw PolicyRuleError(
        path: entry.path, problem: "not a value that a message can be sent to",
        accepted: accepted)
    }
  }

  /// An organization may forbid what the company allows, but not allow what the company forbids.
  private func checkAllow(
    _ allow: Sourced<[String]>?, against forbidden: [Sourced<[String]>]
  ) throws(PolicyRuleError) {
    guard let allow else { return }
    let ownAllow = allow.path.starts(with: organization.path)
    for list in forbidden where ownAllow || !list.path.starts(with: organization.path) {
      let names = NameSet(list.value)
      for (index, name) in allow.value.enumerated() {
        let plain = AttributeName.withoutDeveloperPrefix(name)
        guard names.contains(name) || names.contains(plain) else { continue }
        throw PolicyRuleError(
          path: allow.path + ["[\(index)]"],
          problem: "\(PolicyRuleError.text(of: list.path)) forbids the attribute",
          accepted: "names that are not forbidden")
      }
    }
  }

  /// A required attribute that nobody can give would refuse every request.
  private func checkRequired(
    _ required: Sourced<[String]>?, of attributes: EffectiveAttributes
  ) throws(PolicyRuleError) {
    guard let required else { return }
    let given = NameSet((attributes.values.default + attributes.values.fixed).map(\.name))
    for (index, name) in required.value.enumerated()
    where !given.contains(name) && !attributes.allows(name) {
      throw PolicyRuleError(
        path: required.path + ["[\(index)]"],
        problem: "required, but no request may set the attribute",
        accepted: "an attribute that is allowed, or has a default or fixed value")
    }
  }
}
