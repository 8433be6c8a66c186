/// What a rule puts in the place of a request's value, with the decision that says so.
struct RuledValue<Value: Equatable & Sendable>: Equatable, Sendable {
  let value: Value
  /// `nil` where the document has no such rule and the API does the same by itself.
  let decision: PolicyDecision?
}

/// The three verbs of one field, merged for one organization. This and the other parts of merged
/// rules are immutable classes: a call takes one reference, not a copy of every text in them.
final class EffectiveRule<Choice: Equatable & Sendable, Element: Equatable & Sendable>: Sendable {
  let `default`: RuledValue<Choice>
  let allow: [Element]
  let fixed: RuledValue<Choice>?
  /// What a request may ask for, for the one that asked for something else.
  let accepted: String

  init(
    default: RuledValue<Choice>, allow: [Element], fixed: RuledValue<Choice>?, accepted: String
  ) {
    self.default = `default`
    self.allow = allow
    self.fixed = fixed
    self.accepted = accepted
  }
}

/// One entry of a merged `default` or `fixed` map.
final class EffectiveEntry: Sendable {
  /// The way to the key in the document.
  let path: [String]
  let name: String
  let template: ValueTemplate
  let decision: PolicyDecision

  init(path: [String], name: String, template: ValueTemplate, decision: PolicyDecision) {
    self.path = path
    self.name = name
    self.template = template
    self.decision = decision
  }
}

/// A map of one field, merged for one organization. No name stands in both lists.
struct EffectiveMap: Sendable {
  let `default`: [EffectiveEntry]
  let fixed: [EffectiveEntry]
}

/// Which attributes a request must, may and may not set.
final class EffectiveAttributes: Sendable {
  let values: EffectiveMap
  let contacts: EffectiveContacts
  let required: [String]
  /// `nil`: every name but the reserved ones.
  let allow: NameSet?
  /// With the `dev:` form of each name.
  let forbidden: NameSet
  let fixedNames: NameSet
  /// What a request may set, for the one that set something else.
  let accepted: String

  init(
    values: EffectiveMap, contacts: EffectiveContacts, required: [String], allow: NameSet?,
    forbidden: NameSet,
    fixedNames: NameSet, accepted: String
  ) {
    self.values = values
    self.contacts = contacts
    self.required = required
    self.allow = allow
    self.forbidden = forbidden
    self.fixedNames = fixedNames
    self.accepted = accepted
  }

  /// Whether a request may set the attribute. A fixed one is overwritten, so naming it is no harm.
  func allows(_ name: String) -> Bool {
    // Longer than any name can be: the validation says so, and nothing is compared.
    guard name.utf8.count <= RequestLimits.attributeNameBytes else { return true }
    if forbidden.contains(name) { return false }
    if let allow { return allow.contains(name) || fixedNames.contains(name) }
    if AttributeName.hasDeveloperPrefix(name) || AttributeName.reserved.contains(name) {
      return fixedNames.contains(name)
    }
    return true
  }
}

/// The rules of one organization, its own merged over the company's, with every text that a
/// decision or a refusal needs made at load.
final class OrganizationRules: Sendable {
  let name: String
  /// Never empty.
  let userPools: [UserPool]
  let poolsAccepted: String
  let username: EffectiveUsername
  let attributes: EffectiveAttributes
  let validationData: EffectiveMap
  let clientMetadata: EffectiveMap
  let clientMetadataMaximumBytes: Int?
  let forceAliasCreation: EffectiveRule<Bool, Bool>
  let messageAction: EffectiveRule<MessageAction, MessageAction>
  let suppressions: [EffectiveSuppression]
  let desiredDeliveryMediums: EffectiveRule<MediumChoice, DeliveryMedium>
  let password: EffectivePassword
  let requestIDRequired: Bool
  private let levels: [RuleMerging.Level]

  /// - Throws: the first rule that cannot hold.
  init(
    name: String, rules: PolicyRules, company: PolicyRules
  ) throws(PolicyRuleError) {
    let merging = RuleMerging(organization: name, rules: rules, company: company)
    try merging.checkLocks()
    self.name = name
    levels = merging.levels
    username = merging.username()
    userPools = try merging.userPools()
    poolsAccepted = Violation.allowed(userPools.map(\.id))
    attributes = try merging.attributes()
    validationData = try merging.map("validation_data", \.validationData) { name in
      AttributeName.isWellFormed(name) ? nil : AttributeName.shapeAccepted
    }
    clientMetadata = try merging.map(
      "client_metadata", \.clientMetadata, valueLimit: APILimits.metadataText.upperBound
    ) { name in
      let limit = APILimits.metadataText.upperBound
      return name.isLonger(than: limit) ? "at most \(limit) characters" : nil
    }
    clientMetadataMaximumBytes = try merging.metadataMaximumBytes(fixed: clientMetadata.fixed)
    forceAliasCreation = try merging.forceAliasCreation()
    messageAction = try merging.messageAction()
    suppressions = try merging.suppressions()
    desiredDeliveryMediums = try merging.desiredDeliveryMediums()
    password = try merging.temporaryPassword(messageAction: messageAction)
    requestIDRequired =
      merging.nearest(["request_id", "required"], \.requestIDRequired)?.value ?? false
  }

  /// Every level that has the key, the organization first: maps by name and `forbidden` come from
  /// both.
  func origin(of key: [String]) -> String {
    let paths = levels.filter { $0.rules.keys.contains(key) }
      .map { PolicyRuleError.text(of: $0.path) }
    let adds = key.last == "fixed" || key.last == "forbidden" || Self.defaultMaps.contains(key)
    if paths.isEmpty { return "built-in" }
    return adds ? paths.joined(separator: ", ") : paths[0]
  }

  private static let defaultMaps = ["attributes", "client_metadata", "validation_data"].map {
    [$0, "default"]
  }
}
