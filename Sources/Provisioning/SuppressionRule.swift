/// Who gets no invitation, whatever default and request say: one entry of
/// `message_action.suppress_when`. Text is compared in lower case.
package enum SuppressionRule: Equatable, Sendable {
  case emailDomain([DomainPattern])
  case attribute(name: String, values: [String])
  case caller([String])

  /// As it is compared.
  fileprivate var inLowerCase: SuppressionRule {
    switch self {
    case .emailDomain: self
    case .attribute(let name, let values):
      .attribute(name: name, values: values.map(\.inLowerCase))
    case .caller(let ids): .caller(ids.map(\.inLowerCase))
    }
  }

  /// For a rule in lower case.
  func matches(_ attributes: [UserAttribute], callerID: String) -> Bool {
    switch self {
    case .emailDomain(let patterns):
      guard let email = attributes.value(of: AttributeName.email),
        let domain = DomainPattern.domain(ofEmail: email)
      else { return false }
      return patterns.contains { $0.matches(domain) }
    case .attribute(let name, let values):
      return attributes.value(of: name).map { Self.contains($0, values) } ?? false
    case .caller(let ids): return Self.contains(callerID, ids)
    }
  }

  private static func contains(_ text: String, _ texts: [String]) -> Bool {
    let text = text.inLowerCase
    return texts.contains { $0.hasSameBytes(as: text) }
  }
}

/// A suppression rule with the decision that names it.
final class EffectiveSuppression: Sendable {
  /// As the document has it.
  let rule: SuppressionRule
  let decision: PolicyDecision
  private let compared: SuppressionRule

  init(rule: SuppressionRule, decision: PolicyDecision) {
    self.rule = rule
    self.decision = decision
    compared = rule.inLowerCase
  }

  func matches(_ attributes: [UserAttribute], callerID: String) -> Bool {
    compared.matches(attributes, callerID: callerID)
  }
}

extension RuleMerging {
  func suppressions() throws(PolicyRuleError) -> [EffectiveSuppression] {
    guard let list = nearest(["message_action", "suppress_when"], \.suppressWhen) else { return [] }
    var merged: [EffectiveSuppression] = []
    for (index, rule) in list.value.enumerated() {
      let path = list.path + ["[\(index)]"]
      if case .attribute(let name, _) = rule, !AttributeName.isValid(name) {
        throw PolicyRuleError(
          path: path + ["attribute", "name"], problem: "not a name of the API",
          accepted: AttributeName.accepted)
      }
      merged.append(
        EffectiveSuppression(
          rule: rule,
          decision: PolicyDecision(
            field: "message_action", rule: PolicyRuleError.text(of: path), effect: .suppressed)))
    }
    return merged
  }
}

extension [UserAttribute] {
  /// The value of the attribute of this name; `nil` where there is none or it is empty.
  func value(of name: String) -> String? {
    firstIndex(named: name).map { self[$0].value }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
