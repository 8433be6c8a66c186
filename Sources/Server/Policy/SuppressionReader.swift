import Provisioning

/// Reads `message_action.suppress_when`.
enum SuppressionReader {
  static func read(_ node: DocumentNode) throws(PolicyDocumentError) -> [SuppressionRule] {
    var rules: [SuppressionRule] = []
    for item in try node.items(accepted: "a list of \(accepted)") { rules.append(try rule(item)) }
    guard !rules.isEmpty else { throw node.error("the list is empty", accepted: accepted) }
    return rules
  }

  private static let accepted =
    "{email_domain: [DOMAIN]}, {attribute: {name: NAME, in: [VALUE]}} or {caller: [ID]}"

  private static func rule(_ node: DocumentNode) throws(PolicyDocumentError) -> SuppressionRule {
    let fields = try node.fields(PolicyShape.suppression.keys)
    guard fields.count == 1 else {
      throw node.error(
        fields.isEmpty ? "says nothing" : "says more than one thing; each is an entry of its own",
        accepted: accepted)
    }
    if let node = fields["email_domain"] {
      return .emailDomain(try AttributeRulesReader.domains(node))
    }
    if let node = fields["caller"] { return .caller(try values(node)) }
    guard let attribute = fields["attribute"] else {
      throw node.error("says nothing", accepted: accepted)
    }
    let parts = try attribute.fields(PolicyShape.attributeMatch.keys)
    guard let name = parts["name"], let list = parts["in"] else {
      throw attribute.error(
        "\(parts["name"] == nil ? "name" : "in") is missing", accepted: "{name: NAME, in: [VALUE]}")
    }
    return .attribute(name: try name.text(), values: try values(list))
  }

  private static func values(_ node: DocumentNode) throws(PolicyDocumentError) -> [String] {
    let values = try node.names()
    guard !values.isEmpty else { throw node.error("the list is empty", accepted: "a list of text") }
    return values
  }
}
