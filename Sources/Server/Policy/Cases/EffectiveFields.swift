import Provisioning

/// An effective request as texts by field, in YAML's flow style: what people compare.
enum EffectiveFields {
  static let names = [
    "user_pool_id", "username", "user_attributes", "validation_data", "temporary_password",
    "force_alias_creation", "message_action", "desired_delivery_mediums", "client_metadata",
  ]

  static func texts(of evaluation: PolicyEvaluation) -> [(field: String, value: String)] {
    let call = evaluation.specification
    let isGenerated = evaluation.decisions.contains {
      $0.field == "temporary_password" && $0.effect == .generated
    }
    let password = isGenerated ? "generated" : call.temporaryPassword == nil ? "none" : "given"
    let values: [FlowValue] = [
      .text(call.pool.id), .text(call.username), pairs(call.userAttributes),
      pairs(call.validationData), .text(password), .flag(call.forceAliasCreation),
      .text(call.messageAction.rawValue),
      .list(call.desiredDeliveryMediums.map { .text($0.rawValue) }),
      sorted(call.clientMetadata.map { ($0.key, $0.value) }),
    ]
    return zip(names, values).map { ($0, $1.text) }
  }

  static func text(of decision: PolicyDecision) -> String {
    "\(decision.effect.rawValue) \(decision.field) \(decision.rule)"
  }

  private static func pairs(_ attributes: [UserAttribute]) -> FlowValue {
    sorted(attributes.map { ($0.name, $0.value) })
  }

  private static func sorted(_ pairs: [(String, String)]) -> FlowValue {
    .map(pairs.sorted { $0.0 < $1.0 }.map { ($0.0, .text($0.1)) })
  }
}

extension DocumentNode {
  /// What stands here as ``EffectiveFields`` writes it, names of maps in their order.
  var canonicalText: String { flowValue.text }
}
