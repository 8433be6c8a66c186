import Provisioning

/// Reads a request as cases have it: the fields of CreateUserRequest, with maps for lists of names
/// and values.
enum RequestReader {
  private static let keys = DocumentKeys([
    "organization", "username", "user_attributes", "validation_data", "temporary_password",
    "force_alias_creation", "message_action", "desired_delivery_mediums", "client_metadata",
    "request_id", "user_pool_id",
  ])

  static func read(_ node: DocumentNode) throws(PolicyDocumentError) -> UserRequest {
    let fields = try node.fields(keys)
    var request = UserRequest()
    if let node = fields["organization"] { request.organization = try node.text() }
    if let node = fields["username"] { request.username = try node.text() }
    if let node = fields["user_attributes"] { request.userAttributes = try attributes(node) }
    if let node = fields["validation_data"] { request.validationData = try attributes(node) }
    if let node = fields["temporary_password"] {
      request.temporaryPassword = Sensitive(try node.text())
    }
    if let node = fields["force_alias_creation"] { request.forceAliasCreation = try node.flag() }
    if let node = fields["message_action"] {
      request.messageAction = .value(try node.choice(of: MessageAction.self))
    }
    if let node = fields["desired_delivery_mediums"] {
      request.desiredDeliveryMediums = try node.list(
        accepted: "a list of SMS, EMAIL"
      ) { item throws(PolicyDocumentError) in try item.choice(of: DeliveryMedium.self) }
      .map { .value($0) }
    }
    if let node = fields["client_metadata"] {
      request.clientMetadata = try attributes(node).map {
        MetadataEntry(key: $0.name, value: $0.value)
      }
    }
    if let node = fields["request_id"] { request.requestID = try node.text() }
    if let node = fields["user_pool_id"] { request.userPoolID = try node.text() }
    return request
  }

  private static func attributes(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> [UserAttribute] {
    var attributes: [UserAttribute] = []
    for (name, value) in try node.entries(accepted: "a map of names to text") {
      attributes.append(UserAttribute(name: name, value: try value.text()))
    }
    return attributes
  }
}
