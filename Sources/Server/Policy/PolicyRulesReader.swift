import Provisioning

/// Reads what one level of the document, the company or an organization, says.
enum PolicyRulesReader {
  private static let keys = DocumentKeys(
    [
      "user_pools", "desired_delivery_mediums", "message_action", "force_alias_creation",
      "temporary_password", "attributes", "client_metadata", "validation_data",
    ],
    later: ["username", "request_id", "locked"])
  private static let verbs = ["default", "allow", "fixed"]

  /// - Parameter defaultRegion: see ``PolicyDocument/load(yaml:file:defaultRegion:)``.
  static func read(
    _ node: DocumentNode, defaultRegion: String?
  ) throws(PolicyDocumentError) -> PolicyRules {
    let fields = try node.fields(keys)
    var rules = PolicyRules()
    if let node = fields["user_pools"] { rules.userPools = try readPools(node, defaultRegion) }
    if let node = fields["desired_delivery_mediums"] {
      rules.desiredDeliveryMediums = try readRule(
        node, later: ["locked"], choice: readMediums, element: readMedium)
    }
    if let node = fields["message_action"] {
      rules.messageAction = try readRule(
        node, later: ["suppress_when", "locked"], choice: readAction, element: readAction)
    }
    if let node = fields["force_alias_creation"] {
      rules.forceAliasCreation = try readRule(
        node, later: ["locked"], choice: readFlag, element: readFlag)
    }
    if let node = fields["temporary_password"] { try readPassword(node, into: &rules) }
    if let node = fields["attributes"] { rules.attributes = try readAttributes(node) }
    if let node = fields["client_metadata"] {
      rules.clientMetadata = try readMap(
        node.fields(DocumentKeys(["default", "fixed"], later: ["max_bytes", "locked"])))
    }
    if let node = fields["validation_data"] {
      rules.validationData = try readMap(
        node.fields(DocumentKeys(["default", "fixed"], later: ["locked"])))
    }
    return rules
  }

  // MARK: Pools

  private static let poolKeys = DocumentKeys(["id", "region"], later: ["role_arn"])

  private static func readPools(
    _ node: DocumentNode, _ defaultRegion: String?
  ) throws(PolicyDocumentError) -> [UserPool] {
    var pools: [UserPool] = []
    for item in try node.items(accepted: "[{id: REGION_ID}]") {
      let fields = try item.fields(poolKeys)
      guard let id = fields["id"] else {
        throw item.error("id is missing", accepted: "id: REGION_ID")
      }
      let name = try id.text()
      let region = try fields["region"].map { node throws(PolicyDocumentError) in try node.text() }
      guard let region = region ?? UserPoolRules.region(ofPoolID: name) ?? defaultRegion else {
        throw id.error(
          "neither the id nor the environment says the AWS Region",
          accepted: "region: REGION beside the id, or AWS_REGION in the environment")
      }
      pools.append(UserPool(id: name, region: region))
    }
    return pools
  }

  // MARK: The three verbs

  private typealias Read<Value> = (DocumentNode) throws(PolicyDocumentError) -> Value

  private static func readRule<Choice, Element>(
    _ node: DocumentNode, later: [String], choice: Read<Choice>, element: Read<Element>
  ) throws(PolicyDocumentError) -> FieldRule<Choice, Element> {
    let fields = try node.fields(DocumentKeys(verbs, later: later))
    var rule = FieldRule<Choice, Element>()
    if let node = fields["default"] { rule.default = try choice(node) }
    if let node = fields["allow"] { rule.allow = try node.list(accepted: "a list", element) }
    if let node = fields["fixed"] { rule.fixed = try choice(node) }
    return rule
  }

  private static func readFlag(_ node: DocumentNode) throws(PolicyDocumentError) -> Bool {
    try node.flag()
  }

  private static func readAction(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> MessageAction {
    try node.choice(of: MessageAction.self)
  }

  private static func readMedium(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> DeliveryMedium {
    try node.choice(of: DeliveryMedium.self)
  }

  private static let mediumsAccepted = "AUTO, or a list of SMS, EMAIL"

  private static func readMediums(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> MediumChoice {
    if let text = try? node.text() {
      if text == "AUTO" { return .auto }
      throw node.error("unknown value", accepted: mediumsAccepted)
    }
    let mediums = try node.list(accepted: mediumsAccepted, readMedium)
    guard !mediums.isEmpty else {
      throw node.error("the list is empty", accepted: mediumsAccepted)
    }
    return .mediums(mediums)
  }

  // MARK: Passwords

  private static let sourcesBuilt = PasswordSource.allCases.map(\.rawValue)

  private static func readPassword(
    _ node: DocumentNode, into rules: inout PolicyRules
  ) throws(PolicyDocumentError) {
    let fields = try node.fields(
      DocumentKeys(["source", "allow_caller"], later: ["locked"]))
    if let node = fields["source"] {
      if try node.text() == "service" {
        throw node.error(
          "service is not built yet", accepted: sourcesBuilt.joined(separator: ", "))
      }
      rules.passwordSource = try node.choice(of: PasswordSource.self)
    }
    if let node = fields["allow_caller"] { rules.allowCallerPassword = try node.flag() }
  }

  // MARK: Maps

  private static let attributeKeys = DocumentKeys(
    ["default", "fixed", "required", "allow", "forbidden"],
    later: ["verified", "email_domains", "phone_region", "locked"])

  private static func readAttributes(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> AttributeRules {
    let fields = try node.fields(attributeKeys)
    var rules = AttributeRules(values: try readMap(fields))
    if let node = fields["required"] { rules.required = try node.names() }
    if let node = fields["allow"] { rules.allow = try node.names() }
    if let node = fields["forbidden"] { rules.forbidden = try node.names() }
    return rules
  }

  private static func readMap(
    _ fields: [String: DocumentNode]
  ) throws(PolicyDocumentError) -> MapRule {
    MapRule(
      default: try fields["default"].map(readEntries) ?? [],
      fixed: try fields["fixed"].map(readEntries) ?? [])
  }

  private static func readEntries(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> [TemplateEntry] {
    var entries: [TemplateEntry] = []
    for (name, value) in try node.entries(accepted: "a map of names to text") {
      entries.append(TemplateEntry(name: name, value: try readTemplate(value)))
    }
    return entries
  }

  /// Variables of the documented shape whose meaning is not built yet.
  private static let variablesLater = ["date"]

  private static func readTemplate(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> ValueTemplate {
    let text = try node.text()
    let names = ValueTemplate.Variable.allCases.map(\.rawValue)
    let accepted = names.map { "${\($0)}" }.joined(separator: ", ")
    do throws(ValueTemplate.Flaw) {
      return try ValueTemplate(text)
    } catch {
      switch error {
      case .unclosed: throw node.error("${ without its }", accepted: accepted)
      case .unknownVariable(let name):
        let problem =
          variablesLater.contains(name)
          ? "the variable ${\(name)} is not built yet"
          : "unknown variable" + Suggestion.text(for: name, among: names)
        throw node.error(problem, accepted: accepted)
      }
    }
  }
}
