/// Merging of the fields that have all three verbs.
extension RuleMerging {
  func forceAliasCreation() throws(PolicyRuleError) -> EffectiveRule<Bool, Bool> {
    try merge(
      "force_alias_creation", \.forceAliasCreation, absentDefault: false, absentAllow: [false],
      text: { $0 ? "true" : "false" }, elements: { [$0] })
  }

  func messageAction() throws(PolicyRuleError) -> EffectiveRule<MessageAction, MessageAction> {
    let field = "message_action"
    for (verb, choice) in [
      ("default", \FieldRule<MessageAction, MessageAction>.default), ("fixed", \.fixed),
    ] {
      let chosen = nearest([field, verb]) { $0.messageAction[keyPath: choice] }
      guard let chosen, chosen.value == .resend else { continue }
      throw PolicyRuleError(
        path: chosen.path,
        problem: "RESEND applies to an existing user, so only a request asks for it",
        accepted: "SEND or SUPPRESS")
    }
    return try merge(
      field, \.messageAction, absentDefault: .send, absentAllow: [.send, .suppress],
      text: \.rawValue, elements: { [$0] })
  }

  func desiredDeliveryMediums() throws(PolicyRuleError)
    -> EffectiveRule<MediumChoice, DeliveryMedium>
  {
    try merge(
      "desired_delivery_mediums", \.desiredDeliveryMediums, absentDefault: .auto,
      absentAllow: DeliveryMedium.allCases, text: \.rawValue,
      elements: { choice in
        // AUTO chooses among the allowed ones.
        if case .mediums(let mediums) = choice { mediums } else { [] }
      })
  }

  /// - Parameters:
  ///   - text: how the document writes an element.
  ///   - elements: what a default asks for, all of which `allow` must hold.
  private func merge<Choice, Element: Equatable>(
    _ field: String, _ rule: KeyPath<PolicyRules, FieldRule<Choice, Element>>,
    absentDefault: Choice, absentAllow: [Element], text: (Element) -> String,
    elements: (Choice) -> [Element]
  ) throws(PolicyRuleError) -> EffectiveRule<Choice, Element> {
    let `default` = nearest([field, "default"]) { $0[keyPath: rule].default }
    let allow = nearest([field, "allow"]) { $0[keyPath: rule].allow }
    let fixed = nearest([field, "fixed"]) { $0[keyPath: rule].fixed }
    let allowed = allow?.value ?? absentAllow
    let accepted = allowed.map(text).joined(separator: ", ")
    if let allow, allowed.isEmpty {
      throw PolicyRuleError(
        path: allow.path, problem: "the list is empty",
        accepted: "one of " + absentAllow.map(text).joined(separator: ", ") + ", or fixed")
    }
    if fixed == nil,
      let stray = elements(`default`?.value ?? absentDefault).first(where: { !allowed.contains($0) }
      )
    {
      throw PolicyRuleError(
        path: `default`?.path ?? allow?.path ?? [],
        problem: `default` == nil
          ? "without a default, \(text(stray)) is chosen, which allow does not hold"
          : "\(text(stray)) is not in allow",
        accepted: `default` == nil ? "a default of \(accepted)" : accepted)
    }
    return EffectiveRule(
      default: RuledValue(
        value: `default`?.value ?? absentDefault,
        decision: `default`.map { decision(field, $0.path, .defaulted) }),
      allow: allowed,
      fixed: fixed.map {
        RuledValue(value: $0.value, decision: decision(field, $0.path, .fixed))
      },
      accepted: fixed == nil ? "allowed: \(accepted)" : "fixed by the policy")
  }

  private func decision(
    _ field: String, _ path: [String], _ effect: PolicyDecision.Effect
  ) -> PolicyDecision {
    PolicyDecision(field: field, rule: PolicyRuleError.text(of: path), effect: effect)
  }
}
