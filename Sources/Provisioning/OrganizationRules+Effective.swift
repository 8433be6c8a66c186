/// Merged rules in the form that the document has them in.
extension OrganizationRules {
  /// What holds for the organization, every absent rule written out.
  var effective: PolicyRules {
    var rules = PolicyRules()
    rules.userPools = userPools
    rules.desiredDeliveryMediums = Self.rule(desiredDeliveryMediums)
    rules.messageAction = Self.rule(messageAction)
    rules.suppressWhen = suppressions.isEmpty ? nil : suppressions.map(\.rule)
    rules.forceAliasCreation = Self.rule(forceAliasCreation)
    rules.passwordSource = password.source
    rules.allowCallerPassword = password.allowsCaller
    rules.username = username.rules
    rules.attributes = AttributeRules(
      values: Self.map(attributes.values),
      required: attributes.required.isEmpty ? nil : attributes.required,
      allow: attributes.allow?.sorted, forbidden: forbiddenNames)
    rules.contacts = attributes.contacts.rules
    rules.clientMetadata = Self.map(clientMetadata)
    rules.clientMetadataMaximumBytes = clientMetadataMaximumBytes
    rules.validationData = Self.map(validationData)
    rules.requestIDRequired = requestIDRequired
    return rules
  }

  /// `default` and `allow` of a field that is fixed are not used, so they do not hold.
  private static func rule<Choice, Element>(
    _ rule: EffectiveRule<Choice, Element>
  ) -> FieldRule<Choice, Element> {
    if let fixed = rule.fixed { return FieldRule(fixed: fixed.value) }
    return FieldRule(default: rule.default.value, allow: rule.allow)
  }

  private static func map(_ map: EffectiveMap) -> MapRule {
    func entries(_ list: [EffectiveEntry]) -> [TemplateEntry] {
      list.map { TemplateEntry(name: $0.name, value: $0.template) }
    }
    return MapRule(default: entries(map.default), fixed: entries(map.fixed))
  }

  /// Without the `dev:` forms, which follow from the others.
  private var forbiddenNames: [String] {
    attributes.forbidden.sorted.filter { name in
      !AttributeName.hasDeveloperPrefix(name)
        || !attributes.forbidden.contains(AttributeName.withoutDeveloperPrefix(name))
    }
  }
}
