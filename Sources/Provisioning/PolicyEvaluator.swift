/// One evaluation: applies an organization's rules to one request, in place, and gathers everything
/// that is wrong on the way.
struct PolicyEvaluator {
  /// The caller's; its lists turn into those of the creation.
  var request: UserRequest
  let rules: OrganizationRules
  var context: TemplateContext
  var decisions: [PolicyDecision]
  var violations: [Violation]
  private var forbidden: [Violation] = []
  /// Of the pool that the user goes to; `nil`: an ordinary one.
  var poolDescription: UserPoolDescription?

  /// Room for the decisions of most policies, taken at once instead of in steps.
  private static let usualDecisions = 8

  /// - Parameters:
  ///   - violations: what validation has found already.
  ///   - decisions: what has been changed already.
  init(
    request: consuming UserRequest, rules: OrganizationRules,
    context: consuming TemplateContext, violations: consuming [Violation],
    decisions: consuming [PolicyDecision] = []
  ) {
    self.request = request
    self.rules = rules
    self.violations = violations
    self.context = context
    self.decisions = decisions
    self.decisions.reserveCapacity(Self.usualDecisions)
  }

  /// Sending an invitation again is for a user who exists: nothing is added to the request and
  /// nothing in it is overwritten (`required`, and `default` and `fixed` of attributes, validation
  /// data, client metadata and alias creation). What a request may ask for stays bounded. The
  /// mediums are the policy's where the request names none: the API's own default is SMS.
  var isResend: Bool { request.messageAction == .value(.resend) }

  mutating func evaluate() throws(ProvisioningError) -> PolicyEvaluation {
    if rules.requestIDRequired, request.requestID.isEmpty {
      violations.append(Violation(field: "request_id", description: "a UUID is required"))
    }
    let pool = pool()
    if let pools = context.inputs.pools { poolDescription = pools[pool] }
    if let poolDescription { checkUsername(takenBy: poolDescription) }
    applyToAttributes()
    if isResend {
      forbidOtherValues(
        than: rules.validationData.fixed, in: request.validationData, "validation_data")
    } else {
      request.validationData.apply(rules.validationData, &context, &decisions)
    }
    let password = temporaryPassword()
    let forceAlias = forceAliasCreation()
    let action = messageAction()
    checkPasswordIsLearned(action)
    let mediums = desiredDeliveryMediums(action: action)
    if isResend {
      forbidOtherValues(
        than: rules.clientMetadata.fixed, in: request.clientMetadata, "client_metadata")
    } else {
      request.clientMetadata.apply(rules.clientMetadata, &context, &decisions)
    }
    checkMetadataSize()
    guard forbidden.isEmpty else { throw .refused(.policyForbids(forbidden)) }
    guard request.unreadableTexts.isEmpty else {
      // What else is wrong was found in the empty texts that stand in their place.
      throw .invalid(context.inputs.violations + request.unreadableViolations)
    }
    guard violations.isEmpty else { throw .invalid(violations) }
    let madePassword = madePassword()
    return PolicyEvaluation(
      organization: rules.name,
      specification: UserSpecification(
        pool: pool, username: request.username, userAttributes: request.userAttributes,
        validationData: request.validationData, temporaryPassword: password,
        madePassword: madePassword,
        forceAliasCreation: forceAlias, messageAction: action, desiredDeliveryMediums: mediums,
        clientMetadata: request.clientMetadata),
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

  private mutating func applyToAttributes() {
    let rules = rules.attributes
    forbidAttributes(outside: rules)
    let askedCount = request.userAttributes.count
    if isResend {
      checkEmailDomain(askedCount)
      return forbidOtherValues(
        than: rules.values.fixed, in: request.userAttributes, "user_attributes")
    }
    if let poolDescription { addContact(namedBy: poolDescription) }
    request.userAttributes.apply(rules.values, &context, &decisions)
    checkEmailDomain(askedCount)
    vouch()
    for name in rules.required where !request.userAttributes.hasValue(named: name) {
      violations.append(
        Violation(field: "user_attributes", description: "the attribute \(name) is required"))
    }
  }

  private mutating func forbidAttributes(outside rules: EffectiveAttributes) {
    let list = request.userAttributes
    let asked = list.span
    for index in asked.indices
    where !rules.allows(asked[index].name) && !isVouchedFor(asked[index].name) {
      forbid("user_attributes[\(index)].name", rules.accepted)
    }
  }

  /// What a resend does not overwrite it must not let through either: whoever reads a fixed value
  /// relies on whose it is.
  private mutating func forbidOtherValues(
    than fixed: [EffectiveEntry], in asked: [some NamedValue], _ field: String
  ) {
    for entry in fixed {
      guard let index = asked.firstIndex(named: entry.name),
        !asked[index].value.hasSameBytes(as: context.text(of: entry.template))
      else { continue }
      forbid("\(field)[\(index)].value", "fixed by the policy")
    }
  }

  private mutating func temporaryPassword() -> Sensitive? {
    guard !request.temporaryPassword.isEmpty else {
      if rules.password.source == .caller, !isResend {
        violations.append(
          Violation(field: "temporary_password", description: "a temporary password is required"))
      }
      return nil
    }
    if !rules.password.allowsCaller {
      forbid("temporary_password", "allowed: none, the policy leaves it to the service")
    }
    return request.temporaryPassword
  }

  private mutating func forceAliasCreation() -> Bool {
    let rule = rules.forceAliasCreation
    let asked = request.forceAliasCreation
    if let fixed = rule.fixed, !isResend { return take(fixed, insteadOf: asked) }
    // The protocol has no third state: what is not asked for is unset.
    guard asked else { return isResend ? asked : take(rule.default, insteadOf: asked) }
    let isAllowed = rule.fixed.map { $0.value == asked } ?? rule.allow.contains(asked)
    if !isAllowed { forbid("force_alias_creation", rule.accepted) }
    return asked
  }

  private mutating func messageAction() -> MessageAction {
    if !rules.suppressions.isEmpty, let suppressed = suppressedAction() { return suppressed }
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

  private mutating func desiredDeliveryMediums(action: MessageAction) -> [DeliveryMedium] {
    let rule = rules.desiredDeliveryMediums
    let asked = request.desiredDeliveryMediums.compactMap { field in
      if case .value(let medium) = field { medium } else { nil }
    }
    var mediums = asked
    let ruled = rule.fixed ?? (asked.isEmpty ? rule.default : nil)
    var chosen: [DeliveryMedium] = []
    if let ruled {
      chosen = Self.resolve(
        ruled.value, allow: rule.fixed == nil ? rule.allow : nil, for: request.userAttributes)
    }
    // AUTO has nothing to choose by in a resend that does not repeat the user's attributes.
    if let ruled, !chosen.isEmpty || !isResend {
      mediums = chosen
      if mediums != asked { decisions.append(ruled.decision ?? Self.automaticMediums) }
    } else {
      for (index, medium) in asked.enumerated() where !rule.allow.contains(medium) {
        forbid("desired_delivery_mediums[\(index)]", rule.accepted)
      }
    }
    switch action {
    case .send: checkDelivery(by: mediums)
    case .resend where mediums.isEmpty:
      violations.append(
        Violation(
          field: "desired_delivery_mediums",
          description: "name the medium: no attribute of the request says which one"))
    case .resend, .suppress: break
    }
    return mediums
  }

  /// Rules that a document leaves out are no key of it.
  private static let automaticMediums = PolicyDecision(
    field: "desired_delivery_mediums", rule: "built-in.desired_delivery_mediums.default",
    effect: .defaulted)

  /// Without `self`, which the closure would copy.
  private static func resolve(
    _ choice: MediumChoice, allow: [DeliveryMedium]?, for attributes: [UserAttribute]
  ) -> [DeliveryMedium] {
    switch choice {
    case .mediums(let mediums): mediums
    case .auto:
      DeliveryMedium.allCases.filter { medium in
        allow?.contains(medium) ?? true && attributes.hasValue(named: medium.attribute)
      }
    }
  }

  /// A message that is sent needs somewhere to go. The user of a resend has its address upstream.
  private mutating func checkDelivery(by mediums: [DeliveryMedium]) {
    if mediums.isEmpty {
      violations.append(
        Violation(
          field: "desired_delivery_mediums",
          description: "a message is to be sent, so an email or phone_number attribute is required")
      )
    }
    for medium in mediums where !request.userAttributes.hasValue(named: medium.attribute) {
      violations.append(
        Violation(
          field: "desired_delivery_mediums",
          description: "\(medium.rawValue) requires the attribute \(medium.attribute)"))
    }
  }

  private mutating func take<Value: Equatable>(
    _ ruled: RuledValue<Value>, insteadOf asked: Value?
  ) -> Value {
    if ruled.value != asked, let decision = ruled.decision { decisions.append(decision) }
    return ruled.value
  }

  mutating func forbid(_ field: String, _ accepted: String) {
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
