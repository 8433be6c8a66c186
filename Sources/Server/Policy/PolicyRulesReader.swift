import Provisioning

/// Reads what one level of the document, the company or an organization, says.
struct PolicyRulesReader {
  /// See ``PolicyDocument/load(yaml:file:defaultRegion:)``.
  let defaultRegion: String?
  private var rules = PolicyRules()

  static func read(
    _ node: DocumentNode, of level: PolicyShape.Level, defaultRegion: String?
  ) throws(PolicyDocumentError) -> PolicyRules {
    var reader = PolicyRulesReader(defaultRegion: defaultRegion)
    try reader.read(node, PolicyShape.rules(of: level))
    return reader.rules
  }

  private init(defaultRegion: String?) {
    self.defaultRegion = defaultRegion
  }

  private mutating func read(
    _ node: DocumentNode, _ shape: DocumentFields
  ) throws(PolicyDocumentError) {
    let fields = try open(node, shape, at: [])
    for field in shape.fields {
      guard let node = fields[field.name], case .object(let inner) = field.shape else { continue }
      try read(field.name, open(node, inner, at: [field.name]))
    }
    if let node = fields["user_pools"] { rules.userPools = try readPools(node) }
  }

  private mutating func read(
    _ field: String, _ fields: [String: DocumentNode]
  ) throws(PolicyDocumentError) {
    switch field {
    case "desired_delivery_mediums":
      rules.desiredDeliveryMediums = try Self.rule(
        fields, choice: Self.mediums, element: Self.medium)
    case "message_action":
      rules.messageAction = try Self.rule(fields, choice: Self.action, element: Self.action)
      rules.suppressWhen = try fields["suppress_when"].map(SuppressionReader.read)
    case "force_alias_creation":
      rules.forceAliasCreation = try Self.rule(fields, choice: Self.flag, element: Self.flag)
    case "temporary_password":
      rules.passwordSource = try fields["source"].map(Self.source)
      rules.allowCallerPassword = try fields["allow_caller"].map(Self.flag)
    case "username": rules.username = try AttributeRulesReader.username(fields)
    case "attributes":
      rules.attributes = try AttributeRulesReader.attributes(fields)
      rules.contacts = try AttributeRulesReader.contacts(fields)
    case "client_metadata":
      rules.clientMetadata = try AttributeRulesReader.map(fields)
      rules.clientMetadataMaximumBytes = try fields["max_bytes"].map(Self.bytes)
    case "validation_data": rules.validationData = try AttributeRulesReader.map(fields)
    case "request_id": rules.requestIDRequired = try fields["required"].map(Self.flag)
    default: break
    }
  }

  /// The values of a map, whose keys and locks are kept for the comparison of levels.
  private mutating func open(
    _ node: DocumentNode, _ shape: DocumentFields, at way: [String]
  ) throws(PolicyDocumentError) -> [String: DocumentNode] {
    let fields = try node.fields(shape.keys)
    for name in shape.names where fields[name] != nil && name != Self.locked {
      rules.keys.append(way + [name])
    }
    guard let list = fields[Self.locked] else { return fields }
    let lockable = shape.names.filter { $0 != Self.locked }
    let locks = try list.list(
      accepted: "a list of " + lockable.joined(separator: ", ")
    ) { item throws(PolicyDocumentError) in try item.word(among: lockable) }
    rules.locked += locks.map { way + [$0] }
    return fields
  }

  private static let locked = "locked"

  // MARK: Pools

  private func readPools(_ node: DocumentNode) throws(PolicyDocumentError) -> [UserPool] {
    var pools: [UserPool] = []
    for item in try node.items(accepted: "[{id: REGION_ID}]") {
      let fields = try item.fields(PolicyShape.pool.keys)
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
      let role = try fields["role_arn"].map { node throws(PolicyDocumentError) in try node.text() }
      pools.append(UserPool(id: name, region: region, roleARN: role))
    }
    return pools
  }

  // MARK: The three verbs

  private typealias Read<Value> = (DocumentNode) throws(PolicyDocumentError) -> Value

  private static func rule<Choice, Element>(
    _ fields: [String: DocumentNode], choice: Read<Choice>, element: Read<Element>
  ) throws(PolicyDocumentError) -> FieldRule<Choice, Element> {
    var rule = FieldRule<Choice, Element>()
    if let node = fields["default"] { rule.default = try choice(node) }
    if let node = fields["allow"] { rule.allow = try node.list(accepted: "a list", element) }
    if let node = fields["fixed"] { rule.fixed = try choice(node) }
    return rule
  }

  private static func flag(_ node: DocumentNode) throws(PolicyDocumentError) -> Bool {
    try node.flag()
  }

  private static func bytes(_ node: DocumentNode) throws(PolicyDocumentError) -> Int {
    try node.integer(in: PolicyShape.metadataBytes)
  }

  private static func source(_ node: DocumentNode) throws(PolicyDocumentError) -> PasswordSource {
    try node.choice(of: PasswordSource.self)
  }

  private static func action(_ node: DocumentNode) throws(PolicyDocumentError) -> MessageAction {
    try node.choice(of: MessageAction.self)
  }

  private static func medium(_ node: DocumentNode) throws(PolicyDocumentError) -> DeliveryMedium {
    try node.choice(of: DeliveryMedium.self)
  }

  private static let mediumsAccepted = "AUTO, or a list of SMS, EMAIL"

  private static func mediums(_ node: DocumentNode) throws(PolicyDocumentError) -> MediumChoice {
    if let text = try? node.text() {
      if text == "AUTO" { return .auto }
      throw node.error("unknown value", accepted: mediumsAccepted)
    }
    let mediums = try node.list(accepted: mediumsAccepted, medium)
    guard !mediums.isEmpty else {
      throw node.error("the list is empty", accepted: mediumsAccepted)
    }
    return .mediums(mediums)
  }
}
