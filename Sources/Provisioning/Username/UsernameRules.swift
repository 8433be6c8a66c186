/// Where user names come from.
package enum UsernameGeneration: String, CaseIterable, Sendable {
  /// From the request.
  case none
  /// A random UUID in the place of whatever the request says.
  case uuid
  /// The user's email address where the request names none.
  case email
}

/// What a level says of user names; `nil`: key absent.
package struct UsernameRules: Equatable, Sendable {
  package var normalize: [NormalizationStep]?
  package var pattern: Pattern?
  package var generate: UsernameGeneration?

  package init(
    normalize: [NormalizationStep]? = nil, pattern: Pattern? = nil,
    generate: UsernameGeneration? = nil
  ) {
    self.normalize = normalize
    self.pattern = pattern
    self.generate = generate
  }
}

/// The rules of user names, merged for one organization.
final class EffectiveUsername: Sendable {
  let rules: UsernameRules
  /// `nil`: names stay as they are.
  let normalization: UsernameNormalization?
  let generation: UsernameGeneration
  /// Whether a request's name stays as it is, and any will do.
  let isAbsent: Bool
  let normalized: PolicyDecision
  let generated: PolicyDecision
  /// What is accepted, for a name that does not match.
  let patternAccepted: String

  init(rules: UsernameRules, normalizeRule: String, generateRule: String) {
    self.rules = rules
    let steps = rules.normalize ?? []
    normalization = steps.isEmpty ? nil : UsernameNormalization(steps)
    generation = rules.generate ?? UsernameGeneration.none
    isAbsent = steps.isEmpty && rules.pattern == nil && generation == .none
    normalized = PolicyDecision(field: "username", rule: normalizeRule, effect: .normalized)
    generated = PolicyDecision(field: "username", rule: generateRule, effect: .generated)
    patternAccepted = "a name that the policy's pattern matches: \(rules.pattern?.text ?? "")"
  }
}

extension RuleMerging {
  func username() -> EffectiveUsername {
    let normalize = nearest(["username", "normalize"], \.username.normalize)
    let pattern = nearest(["username", "pattern"], \.username.pattern)
    let generate = nearest(["username", "generate"], \.username.generate)
    return EffectiveUsername(
      rules: UsernameRules(
        normalize: normalize?.value, pattern: pattern?.value, generate: generate?.value),
      normalizeRule: PolicyRuleError.text(of: normalize?.path ?? []),
      generateRule: PolicyRuleError.text(of: generate?.path ?? []))
  }
}
