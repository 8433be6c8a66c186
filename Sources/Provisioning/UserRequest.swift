/// A user attribute or a validation datum: a name and a value, as the API has it (`AttributeType`).
package struct UserAttribute: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// What happens to the invitation message of a creation (`MessageAction` of AdminCreateUser; `send`
/// is the API's unset).
package enum MessageAction: String, CaseIterable, Sendable {
  case send = "SEND"
  case suppress = "SUPPRESS"
  case resend = "RESEND"
}

/// How an invitation reaches the user (`DesiredDeliveryMediums` of AdminCreateUser).
package enum DeliveryMedium: String, CaseIterable, Sendable {
  case sms = "SMS"
  case email = "EMAIL"
}

/// An enum field as it came over the wire: a newer client may know values that we do not.
package enum EnumField<Value: Equatable & Sendable>: Equatable, Sendable {
  case unspecified
  case value(Value)
  case unrecognized(Int32)
}

/// One creation as the caller asked for it: decoded, and nothing else. Only a policy turns it into
/// a ``UserSpecification``.
package struct UserRequest: Equatable, Sendable {
  package var organization: String
  package var username: String
  package var userAttributes: [UserAttribute]
  package var validationData: [UserAttribute]
  /// Empty when the caller gave none.
  package var temporaryPassword: Sensitive
  package var forceAliasCreation: Bool
  package var messageAction: EnumField<MessageAction>
  package var desiredDeliveryMediums: [EnumField<DeliveryMedium>]
  /// Entries in the order of the wire, one for each key: of a repeated key the last one has won.
  package var clientMetadata: [MetadataEntry]
  /// The caller's idempotency key; empty when it gave none.
  package var requestID: String
  package var validateOnly: Bool
  /// Empty: the organization's first pool.
  package var userPoolID: String
  /// Whether the answer is to prove that its record stands in the journal.
  package var includeReceipt: Bool
  /// Paths of the texts that came and are none; they are empty here.
  package var unreadableTexts: [String]

  package init(
    organization: String = "",
    username: String = "",
    userAttributes: [UserAttribute] = [],
    validationData: [UserAttribute] = [],
    temporaryPassword: Sensitive = .empty,
    forceAliasCreation: Bool = false,
    messageAction: EnumField<MessageAction> = .unspecified,
    desiredDeliveryMediums: [EnumField<DeliveryMedium>] = [],
    clientMetadata: [MetadataEntry] = [],
    requestID: String = "",
    validateOnly: Bool = false,
    userPoolID: String = "",
    includeReceipt: Bool = false,
    unreadableTexts: [String] = []
  ) {
    self.organization = organization
    self.username = username
    self.userAttributes = userAttributes
    self.validationData = validationData
    self.temporaryPassword = temporaryPassword
    self.forceAliasCreation = forceAliasCreation
    self.messageAction = messageAction
    self.desiredDeliveryMediums = desiredDeliveryMediums
    self.clientMetadata = clientMetadata
    self.requestID = requestID
    self.validateOnly = validateOnly
    self.userPoolID = userPoolID
    self.includeReceipt = includeReceipt
    self.unreadableTexts = unreadableTexts
  }
}

/// One entry of `ClientMetadata`.
package struct MetadataEntry: Hashable, Sendable {
  package var key: String
  package var value: String

  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}
