/// An attribute, a validation datum or a metadata entry: what the maps of a policy give values to.
protocol NamedValue {
  var entryName: String { get }
  var value: String { get set }
  init(entryName: String, value: String)
}

extension UserAttribute: NamedValue {
  var entryName: String { name }
  init(entryName: String, value: String) { self.init(name: entryName, value: value) }
}

extension MetadataEntry: NamedValue {
  var entryName: String { key }
  init(entryName: String, value: String) { self.init(key: entryName, value: value) }
}

/// One evaluation: applies an organization's rules to one request, and gathers everything that is
/// wrong on the way.
struct PolicyEvaluator {
  let request: UserRequest
  let rules: OrganizationRules
  private var context: TemplateContext
  private var decisions: [PolicyDecision] = []
  private var forbidden: [Violation] = []
  private var violations: [Violation]

  /// Room for the decisions of most policies, taken at once instead of in steps.
  private static let usualDecisions = 8

  /// - Parameter violations: what validation has found already.
  init(
    request: UserRequest, rules: OrganizationRules, callerID: String, inputs: PolicyInputs,
    violations: [Violation]
  ) {
    self.request = request
    self.rules = rules
    self.violations = violations
    decisions.reserveCapacity(Self.usualDecisions)
    context = TemplateContext(callerID: callerID, organization: rules.name, inputs: inputs)
  }

  /// Sending an invitation again is for a user who exists: what the policy says of a user's own
  /// data (required, default, fixed) does not apply to it; what it says of the message does.
  private var isResend: Bool { request.messageAction == .value(.resend) }

  mutating func evaluate() throws(ProvisioningError) -> PolicyEvaluation {
    let pool = pool()
    let attributes = attributes()
    let validationData =
      isResend ? request.validationData : apply(rules.validationData, to: request.validationData)
    let password = temporaryPassword()
    let forceAlias = forceAliasCreation()
    let action = messageAction()
    let mediums = desiredDeliveryMediums(action: action, attributes: attributes)
    let metadata = apply(rules.clientMetadata, to: request.clientMetadata)
    guard forbidden.isEmpty else { throw .refused(.policyForbids(forbidden)) }
    guard violations.isEmpty else { throw .invalid(violations) }
    return PolicyEvaluation(
      organization: rules.name,
      specification: UserSpecification(
        pool: pool, username: request.username, userAttributes: attributes,
        validationData: validationData, temporaryPassword: password,
        forceAliasCreation: forceAlias, messageAction: action, desiredDeliveryMediums: mediums,
        clientMetadata: metadata),
      decisions: decisions)
  }

  private mutating func pool() -> UserPool {
    let first = rules.userPools[0]
    if request.userPoolID.isEmpty { return first }
    if let named = rules.userPools.first(where: { $0.id.hasSameBytes(as: request.userPoolID) }) {
      return named
    }
    forbid("user_pool_id", rules.poolsAccepted)
    return first
  }

  private mutating func attributes() -> [UserAttribute] {
    let rules = rules.attributes
    for (index, attribute) in request.userAttributes.enumerated()
    where !rules.allows(attribute.name) {
      forbid("user_attributes[\(index)].name", rules.accepted)
    }
    if isResend { return request.userAttributes }
    let attributes = apply(rules.values, to: request.userAttributes)
    for name in rules.required
    where !attributes.contains(where: { $0.name.hasSameBytes(as: name) && !$0.value.isEmpty }) {
      violations.append(
        Violation(field: "user_attributes", description: "the attribute \(name) is required"))
    }
    return attributes
  }

  /// Puts the fixed values in, then the defaults of names that are not there.
  private mutating func apply<Entry: NamedValue>(
    _ map: EffectiveMap, to asked: [Entry]
  ) -> [Entry] {
    if map.fixed.isEmpty, map.default.isEmpty { return asked }
    var result: [Entry] = []
    result.reserveCapacity(asked.count + map.fixed.count + map.default.count)
    result += asked
    for entry in map.fixed {
      let text = context.text(of: entry.template)
      if let index = result.firstIndex(where: { $0.entryName.hasSameBytes(as: entry.name) }) {
        if result[index].value.hasSameBytes(as: text) { continue }
        result[index].value = text
      } else {
        result.append(Entry(entryName: entry.name, value: text))
      }
      decisions.append(entry.decision)
    }
    for entry in map.default
    where !result.contains(where: { $0.entryName.hasSameBytes(as: entry.name) }) {
      result.append(Entry(entryName: entry.name, value: context.text(of: entry.template)))
      decisions.append(entry.decision)
    }
    return result
  }

  private mutating func temporaryPassword() -> Sensitive<String>? {
    guard !request.temporaryPassword.exposed.isEmpty else {
      if rules.passwordSource == .caller, !isResend {
        violations.append(
          Violation(field: "temporary_password", description: "a temporary password is required"))
      }
      return nil
    }
    if !rules.allowCallerPassword {
      forbid("temporary_password", "allowed: none, the policy leaves it to the service")
    }
    return request.temporaryPassword
  }

  private mutating func forceAliasCreation() -> Bool {
    let rule = rules.forceAliasCreation
    let asked = request.forceAliasCreation
    if let fixed = rule.fixed { return take(fixed, insteadOf: asked) }
    // The protocol has no third state: what is not asked for is unset.
    guard asked else { return take(rule.default, insteadOf: asked) }
    if !rule.allow.contains(asked) { forbid("force_alias_creation", rule.accepted) }
    return asked
  }

  private mutating func messageAction() -> MessageAction {
    let rule = rules.messageAction
    guard case .value(let asked) = request.messageAction else {
      return take(rule.fixed ?? rule.default, insteadOf: nil)
    }
    if let fixed = rule.fixed, asked != .resend { return take(fixed, insteadOf: asked) }
    // A fixed action is one for new users: to turn a resend into a creation is what nobody asked
    // for.
    if rule.fixed != nil || !rule.allow.contains(asked) { forbid("message_action", rule.accepted) }
    return asked
  }

  private mutating func desiredDeliveryMediums(
    action: MessageAction, attributes: [UserAttribute]
  ) -> [DeliveryMedium] {
    let rule = rules.desiredDeliveryMediums
    let asked = request.desiredDeliveryMediums.compactMap { field in
      if case .value(let medium) = field { medium } else { nil }
    }
    var mediums = asked
    if let ruled = rule.fixed ?? (asked.isEmpty ? rule.default : nil) {
      mediums = resolve(ruled.value, allow: rule.fixed == nil ? rule.allow : nil, attributes)
      if mediums != asked { decisions.append(ruled.decision ?? Self.automaticMediums) }
    } else {
      for (index, medium) in asked.enumerated() where !rule.allow.contains(medium) {
        forbid("desired_delivery_mediums[\(index)]", rule.accepted)
      }
    }
    if action == .send { checkDelivery(by: mediums, attributes) }
    return mediums
  }

  /// Rules that a document leaves out are no key of it.
  private static let automaticMediums = PolicyDecision(
    field: "desired_delivery_mediums", rule: "built-in.desired_delivery_mediums.default",
    effect: .defaulted)

  private func resolve(
    _ choice: MediumChoice, allow: [DeliveryMedium]?, _ attributes: [UserAttribute]
  ) -> [DeliveryMedium] {
    switch choice {
    case .mediums(let mediums): mediums
    case .auto:
      DeliveryMedium.allCases.filter { medium in
        allow?.contains(medium) ?? true && isPresent(medium.attribute, in: attributes)
      }
    }
  }

  /// A message that is sent needs somewhere to go. The user of a resend has its address upstream.
  private mutating func checkDelivery(
    by mediums: [DeliveryMedium], _ attributes: [UserAttribute]
  ) {
    if mediums.isEmpty {
      violations.append(
        Violation(
          field: "desired_delivery_mediums",
          description: "a message is to be sent, so an email or phone_number attribute is required")
      )
    }
    for medium in mediums where !isPresent(medium.attribute, in: attributes) {
      violations.append(
        Violation(
          field: "desired_delivery_mediums",
          description: "\(medium.rawValue) requires the attribute \(medium.attribute)"))
    }
  }

  private func isPresent(_ name: String, in attributes: [UserAttribute]) -> Bool {
    attributes.contains { $0.name.hasSameBytes(as: name) && !$0.value.isEmpty }
  }

  private mutating func take<Value: Equatable>(
    _ ruled: RuledValue<Value>, insteadOf asked: Value?
  ) -> Value {
    if ruled.value != asked, let decision = ruled.decision { decisions.append(decision) }
    return ruled.value
  }

  private mutating func forbid(_ field: String, _ accepted: String) {
    forbidden.append(Violation(field: field, description: accepted))
  }
}

extension DeliveryMedium {
  /// The attribute that the message goes to.
  var attribute: String {
    switch self {
    case .sms: AttributeName.phoneNumber
    case .email: AttributeName.email
    }
  }
}
