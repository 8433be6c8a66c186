import JSON

/// AdminCreateUser: makes a user, or sends the invitation of an existing one again.
struct AdminCreateUser: PoolCall {
  static let messageActions = ["RESEND", "SUPPRESS"]
  static let deliveryMediums = ["SMS", "EMAIL"]

  var userPoolID: String?
  var username: String?
  var userAttributes: [AttributeMember] = []
  var validationData: [AttributeMember] = []
  var temporaryPassword: String?
  var forceAliasCreation = false
  var messageAction: String?
  var desiredDeliveryMediums: [String] = []
  var clientMetadata: [(key: String, value: String)] = []
  /// A fault: the user is made although an alias of it is taken.
  var ignoresAliases = false

  init(body: [UInt8]) throws(JSONError) {
    var reader = JSONReader(body)
    try reader.object { (reader, member) throws(JSONError) in
      if try reader.null() { return }
      switch member {
      case "UserPoolId": userPoolID = try reader.string()
      case "Username": username = try reader.string()
      case "UserAttributes": userAttributes = try AttributeMember.list(from: &reader)
      case "ValidationData": validationData = try AttributeMember.list(from: &reader)
      case "TemporaryPassword": temporaryPassword = try reader.string()
      case "ForceAliasCreation": forceAliasCreation = try reader.bool()
      case "MessageAction": messageAction = try reader.string()
      case "DesiredDeliveryMediums":
        try reader.array { (reader) throws(JSONError) in
          if try reader.null() { return }
          desiredDeliveryMediums.append(try reader.string())
        }
      case "ClientMetadata":
        try reader.object { (reader, key) throws(JSONError) in
          if try reader.null() { return }
          clientMetadata.append((key.text, try reader.string()))
        }
      default: try reader.skipValue()
      }
    }
    try reader.end()
  }

  func check(_ violations: inout ConstraintViolations) {
    checkUserPoolID(&violations)
    checkUsername(username, &violations)
    AttributeMember.check(userAttributes, at: "userAttributes", &violations)
    AttributeMember.check(validationData, at: "validationData", &violations)
    if let temporaryPassword {
      violations.requireLength(
        of: temporaryPassword, in: ModelLimits.password, at: "temporaryPassword")
      violations.requirePattern(.password, of: temporaryPassword, at: "temporaryPassword")
    }
    if let messageAction {
      violations.requireEnum(Self.messageActions, contains: messageAction, at: "messageAction")
    }
    for medium in desiredDeliveryMediums {
      violations.requireEnum(
        Self.deliveryMediums, contains: medium, at: "desiredDeliveryMediums")
    }
    for (key, value) in clientMetadata {
      violations.requireLength(of: key, in: ModelLimits.metadata, at: "clientMetadata")
      violations.requireLength(of: value, in: ModelLimits.metadata, at: "clientMetadata")
    }
  }

  func run(in pool: SandboxUserPool, now: Int64) throws(ServiceException) -> [UInt8] {
    let username = username ?? ""
    let delivery = delivery(in: pool)
    let user: SandboxUser
    if let temporaryPassword { try pool.settings.passwordPolicy.check(temporaryPassword) }
    if messageAction == "RESEND" {
      user = try pool.resendInvitation(
        to: username, temporaryPassword: temporaryPassword, delivery: delivery, now: now)
    } else {
      let rules = AttributeRules(pool: pool)
      var creation = try UserCreation(
        username: username, attributes: try rules.accept(userAttributes), pool: pool.settings)
      creation.temporaryPassword = temporaryPassword
      creation.movesAliases = forceAliasCreation
      creation.ignoresAliases = ignoresAliases
      try delivery?.check(creation.attributes)
      user = try pool.create(creation, now: now)
    }
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("User")
      user.write(attributesAs: "Attributes", to: &writer)
    }
    return writer.bytes
  }

  /// `nil` when no message is wanted.
  private func delivery(in pool: SandboxUserPool) -> InvitationDelivery? {
    guard messageAction != "SUPPRESS" else { return nil }
    return InvitationDelivery(
      mediums: desiredDeliveryMediums, defaultDelivery: pool.settings.defaultDelivery)
  }
}
