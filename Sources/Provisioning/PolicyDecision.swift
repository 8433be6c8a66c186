/// One thing that the policy changed in a request, so that a caller sees why the user differs from
/// what it asked for. It names fields and rules, never values. An object that is made at load: a call
/// hands it on.
package final class PolicyDecision: Hashable, Sendable {
  package enum Effect: String, CaseIterable, Sendable {
    case defaulted, fixed, normalized, suppressed, generated
  }

  /// Field path of the request, e.g. `desired_delivery_mediums` or `user_attributes[locale]`.
  package let field: String
  /// Where the rule stands in the document, e.g. `organizations.acme.message_action.default`; for a
  /// rule that the document leaves out, `built-in` and the key.
  package let rule: String
  package let effect: Effect

  package init(field: String, rule: String, effect: Effect) {
    self.field = field
    self.rule = rule
    self.effect = effect
  }

  package static func == (a: PolicyDecision, b: PolicyDecision) -> Bool {
    a === b || (a.field == b.field && a.rule == b.rule && a.effect == b.effect)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(field)
    hasher.combine(rule)
    hasher.combine(effect)
  }
}
