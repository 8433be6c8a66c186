import Provisioning

/// The shape of a policy document.
enum PolicyShape {
  private typealias Field = DocumentFields.Field

  static let document = DocumentFields([
    Field("version", .integer(1...1), "The version of this language.", isRequired: true),
    Field("company", .object(rules(of: .company)), "Holds for every organization."),
    Field(
      "organizations",
      .map(.object(rules(of: .organization)), names: .text(pattern: "^\\S+$"), minimum: 1),
      "What an organization says replaces the company's rule, key by key.", isRequired: true),
    Field(
      "callers", .list(.object(PolicyCallerShape.caller)), "Who may call; the first match counts."),
  ])

  enum Level { case company, organization }

  static func rules(of level: Level) -> DocumentFields {
    let withLocks = level == .company ? locking : refusingLocks
    let fields = fieldsOfRules.map { field in
      guard case .object(let shape) = field.shape else { return field }
      return Field(field.name, .object(withLocks(shape)), field.meaning)
    }
    return withLocks(DocumentFields(fields))
  }

  private static func refusingLocks(_ shape: DocumentFields) -> DocumentFields {
    DocumentFields(
      shape.fields, oneOf: shape.oneOf,
      later: shape.later.merging(["locked": "only the company locks keys"]) { $1 })
  }

  /// With `locked`, which names keys of the same map.
  private static func locking(_ shape: DocumentFields) -> DocumentFields {
    DocumentFields(
      shape.fields + [
        Field(
          "locked", .list(.words(shape.names), minimum: 1),
          "Keys beside this one that no organization may name.")
      ], oneOf: shape.oneOf, later: shape.later)
  }

  private static let fieldsOfRules: [Field] = [
    Field(
      "user_pools", .list(.object(pool), minimum: 1),
      "The first one takes the users, unless a request names another."),
    Field("desired_delivery_mediums", .object(mediums), "How an invitation is sent."),
    Field("message_action", .object(messageAction), "What becomes of the invitation."),
    Field(
      "force_alias_creation", .object(verbs(.flag, .flag)),
      "Whether a user may take the alias of another."),
    Field("temporary_password", .object(password), "Where temporary passwords come from."),
    Field("username", .object(username), "Which user names there are."),
    Field("attributes", .object(attributes), "What a user must, may and may not have."),
    Field("client_metadata", .object(clientMetadata), "What the pool's triggers are told."),
    Field("validation_data", .object(valueMap), "What the pre sign-up trigger is told."),
    Field("request_id", .object(requestID), "The caller's idempotency key."),
  ]

  static let pool = DocumentFields(
    [
      Field("id", .text(pattern: #"^[\w-]+_[0-9a-zA-Z]+$"#), "UserPoolId.", isRequired: true),
      Field("region", .text(pattern: "^[a-z]+(-[a-z]+)+-[0-9]+$"), "AWS Region of the pool."),
      Field(
        "role_arn", .text(pattern: #"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+$"#),
        "Role that the pool is called with, e.g. one of another account."),
    ])

  private static func verbs(_ choice: DocumentShape, _ element: DocumentShape) -> DocumentFields {
    DocumentFields([
      Field("default", choice, "Fills what a request leaves unset."),
      Field("allow", .list(element, minimum: 1), "Bounds what a request may ask for."),
      Field("fixed", choice, "Wins over the request."),
    ])
  }

  private static let medium = DocumentShape.words(DeliveryMedium.allCases.map(\.rawValue))
  static let mediums = verbs(.either([.words(["AUTO"]), .list(medium, minimum: 1)]), medium)

  private static let chosenAction = DocumentShape.words(
    [MessageAction.send, .suppress].map(\.rawValue))

  static let messageAction = DocumentFields(
    verbs(chosenAction, .words(MessageAction.allCases.map(\.rawValue))).fields + [
      Field(
        "suppress_when", .list(.object(suppression), minimum: 1),
        "Who gets no message: the first match wins, before default and request.")
    ])

  static let suppression = DocumentFields(
    [
      Field("email_domain", domains, "Users whose address is in one of these domains."),
      Field("attribute", .object(attributeMatch), "Users with one of these values."),
      Field("caller", names, "Users whom one of these callers creates."),
    ], oneOf: ["email_domain", "attribute", "caller"])

  static let attributeMatch = DocumentFields([
    Field("name", attributeName, "Name of the attribute.", isRequired: true),
    Field(
      "in", .list(.text(), minimum: 1), "Values, compared in lower case.", isRequired: true),
  ])

  static let password = DocumentFields([
    Field(
      "source", .words(PasswordSource.allCases.map(\.rawValue)),
      "cognito generates it, service generates it here, caller requires it in the request."),
    Field("allow_caller", .flag, "Whether a request may bring a password."),
  ])

  static let username = DocumentFields([
    Field(
      "normalize", .list(.words(NormalizationStep.allCases.map(\.rawValue))),
      "Steps to the normal form of a name."),
    Field("pattern", .text(pattern: "."), "Literals, classes, groups, | and bounded repeats."),
    Field(
      "generate", .words(UsernameGeneration.allCases.map(\.rawValue)),
      "uuid replaces the name, email fills an empty one."),
  ])

  static let attributes = DocumentFields([
    Field("required", attributeNames, "Attributes that a user must have."),
    Field("forbidden", attributeNames, "Attributes that no request may set."),
    Field("allow", attributeNames, "The only attributes that a request may set."),
    Field("default", attributeValues, "Values of attributes that a request leaves out."),
    Field("fixed", attributeValues, "Values that win over the request."),
    Field(
      "verified", .list(.words(["email", "phone_number"])),
      "Contacts that count as verified when they are present."),
    Field("email_domains", .object(emailDomains), "Domains of addresses."),
    Field(
      "phone_region", .words(PhoneRegion.codes),
      "Where a phone number without a country code is dialled."),
  ])

  static let emailDomains = DocumentFields([
    Field("allow", domains, "The only domains that are accepted."),
    Field("deny", domains, "Domains that are not accepted."),
  ])

  private static let valueMapFields: [Field] = [
    Field("default", .map(template), "Entries of names that a request leaves out."),
    Field("fixed", .map(template), "Entries that win over the request."),
  ]
  static let valueMap = DocumentFields(valueMapFields)
  static let clientMetadata = DocumentFields(
    valueMapFields + [
      Field(
        "max_bytes", .integer(metadataBytes), "UTF-8 bytes of keys and values together, at most.")
    ])
  /// Up to our own bound on all text of a request.
  static let metadataBytes = 1...1_048_576

  static let requestID = DocumentFields([
    Field("required", .flag, "Whether a request must bring one.")
  ])

  // MARK: Texts

  private static let names = DocumentShape.list(.text(pattern: "."), minimum: 1)
  private static let domains = DocumentShape.list(
    .text(pattern: #"^(\*\.)?[^\s*@.]+(\.[^\s*@.]+)*$"#), minimum: 1)
  private static let attributeName = DocumentShape.either([
    .words(AttributeName.standardNames), .text(pattern: "^(dev:)?custom:."),
  ])
  private static let attributeNames = DocumentShape.list(attributeName)

  /// Text whose variables are all known.
  private static let template = DocumentShape.text(
    pattern: #"^([^$]|\$(?!\{)|\$\{("#
      + ValueTemplate.Variable.allCases
      .map { $0.rawValue.replacing(".", with: #"\."#) }.joined(separator: "|")
      + #")\})*$"#)
  private static let attributeValues = DocumentShape.map(template, names: attributeName)
}
