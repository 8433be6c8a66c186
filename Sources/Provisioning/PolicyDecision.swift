/// One thing that the policy changed in a request, so that a caller sees why the user differs from
/// what it asked for. It names fields and rules, never values.
package struct PolicyDecision: Hashable, Sendable {
  package enum Effect: String, CaseIterable, Sendable {
    case defaulted, fixed, normalized, suppressed, generated
  }

  /// Field path of the request, e.g. `desired_delivery_mediums` or `user_attributes[locale]`.
  package var field: String
  /// Where the rule stands in the document, e.g. `organizations.acme.message_action.default`; for a
  /// rule that the document leaves out, `built-in` and the key.
  package var rule: String
  package var effect: Effect

  package init(field: String, rule: String, effect: Effect) {
    self.field = field
    self.rule = rule
    self.effect = effect
  }
}
