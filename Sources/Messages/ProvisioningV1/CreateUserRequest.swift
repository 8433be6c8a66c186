import CMessages

extension ProvisioningV1 {
  /// One creation as the caller asks for it. The policy of the organization may fill what is left
  /// out, fix what is given, or refuse it.
  package struct CreateUserRequest: Equatable, Sendable {
    /// The organization that the user is created for, by its name in the policy document.
    package var organization: String
    /// `Username` of the API. 1 to 128 letters, marks, symbols, numbers and punctuation; no white
    /// space.
    package var username: String
    /// `UserAttributes` of the API. At most one of each name.
    package var userAttributes: [UserAttribute]
    /// `ValidationData` of the API. Passed to the pool's pre sign-up trigger, and stored nowhere.
    package var validationData: [UserAttribute]
    /// `TemporaryPassword` of the API. At most 256 characters, no white space.
    package var temporaryPassword: String
    /// `ForceAliasCreation` of the API. True takes an email address or phone number that is another
    /// user's alias away from that user.
    package var forceAliasCreation: Bool
    /// `MessageAction` of the API. Unspecified: the policy decides.
    package var messageAction: MessageAction
    /// `DesiredDeliveryMediums` of the API. How the invitation is sent.
    package var desiredDeliveryMediums: [DeliveryMedium]
    /// `ClientMetadata` of the API. Passed to the pool's Lambda triggers; neither validated nor
    /// encrypted nor stored there, so it is no place for secrets.
    package var clientMetadata: StringMap
    /// Idempotency key of the caller: a UUID in its 36-character text form, compared without case.
    package var requestID: String
    /// True: the same authentication, authorization, policy, validation and limits as a real call,
    /// and the same errors, but nothing is sent upstream, recorded or created.
    package var validateOnly: Bool
    /// `UserPoolId` of the API. 1 to 55 characters; one of the organization's pools.
    package var userPoolID: String
    /// True: the answer waits for the audit record's inclusion proof and carries it in `receipt`.
    package var includeReceipt: Bool

    package init(
      organization: String = "", username: String = "", userAttributes: [UserAttribute] = [],
      validationData: [UserAttribute] = [], temporaryPassword: String = "",
      forceAliasCreation: Bool = false, messageAction: MessageAction = .unspecified,
      desiredDeliveryMediums: [DeliveryMedium] = [], clientMetadata: StringMap = [:],
      requestID: String = "", validateOnly: Bool = false, userPoolID: String = "",
      includeReceipt: Bool = false
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
    }
  }
}

extension ProvisioningV1.CreateUserRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__create_user_request__unpack)
}

extension ProvisioningV1.CreateUserRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__CreateUserRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      organization: unsafe reader.text(source.pointee.organization, "\(path())organization"),
      username: unsafe reader.text(source.pointee.username, "\(path())username"),
      userAttributes: unsafe reader.messages(
        source.pointee.n_user_attributes, source.pointee.user_attributes,
        "\(path())user_attributes"),
      validationData: unsafe reader.messages(
        source.pointee.n_validation_data, source.pointee.validation_data,
        "\(path())validation_data"),
      temporaryPassword: unsafe reader.text(
        source.pointee.temporary_password, "\(path())temporary_password"),
      forceAliasCreation: unsafe source.pointee.force_alias_creation != 0,
      messageAction: unsafe reader.enumeration(source.pointee.message_action),
      desiredDeliveryMediums: unsafe reader.enumerations(
        source.pointee.n_desired_delivery_mediums, source.pointee.desired_delivery_mediums),
      clientMetadata: unsafe reader.map(
        source.pointee.n_client_metadata, source.pointee.client_metadata,
        "\(path())client_metadata"
      ) { unsafe ($0.key, $0.value) },
      requestID: unsafe reader.text(source.pointee.request_id, "\(path())request_id"),
      validateOnly: unsafe source.pointee.validate_only != 0,
      userPoolID: unsafe reader.text(source.pointee.user_pool_id, "\(path())user_pool_id"),
      includeReceipt: unsafe source.pointee.include_receipt != 0)
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__CreateUserRequest>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__create_user_request__init(target)
    unsafe target.pointee.organization = arena.text(organization)
    unsafe target.pointee.username = arena.text(username)
    unsafe (target.pointee.n_user_attributes, target.pointee.user_attributes) = arena.messages(
      userAttributes)
    unsafe (target.pointee.n_validation_data, target.pointee.validation_data) = arena.messages(
      validationData)
    unsafe target.pointee.temporary_password = arena.text(temporaryPassword)
    unsafe target.pointee.force_alias_creation = forceAliasCreation ? 1 : 0
    unsafe target.pointee.message_action = arena.enumeration(messageAction)
    unsafe (target.pointee.n_desired_delivery_mediums, target.pointee.desired_delivery_mediums) =
      arena.enumerations(desiredDeliveryMediums)
    unsafe (target.pointee.n_client_metadata, target.pointee.client_metadata) = arena.map(
      clientMetadata
    ) { key, value, entry in
      unsafe provisioning__v1__create_user_request__client_metadata_entry__init(entry)
      unsafe entry.pointee.key = key
      unsafe entry.pointee.value = value
    }
    unsafe target.pointee.request_id = arena.text(requestID)
    unsafe target.pointee.validate_only = validateOnly ? 1 : 0
    unsafe target.pointee.user_pool_id = arena.text(userPoolID)
    unsafe target.pointee.include_receipt = includeReceipt ? 1 : 0
  }
}

extension ProvisioningV1 {
  /// `AttributeType` of the API: an attribute of a user, or a datum for validation.
  package struct UserAttribute: Equatable, Sendable {
    /// `Name` of the API. 1 to 32 characters, e.g. `custom:department`.
    package var name: String
    /// `Value` of the API. At most 2048 characters. Personal data.
    package var value: String

    package init(name: String = "", value: String = "") {
      self.name = name
      self.value = value
    }
  }
}

extension ProvisioningV1.UserAttribute: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__user_attribute__unpack)
}

extension ProvisioningV1.UserAttribute: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__UserAttribute>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      name: unsafe reader.text(source.pointee.name, "\(path())name"),
      value: unsafe reader.text(source.pointee.value, "\(path())value"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__UserAttribute>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__user_attribute__init(target)
    unsafe target.pointee.name = arena.text(name)
    unsafe target.pointee.value = arena.text(value)
  }
}

extension ProvisioningV1 {
  /// `MessageAction` of the API. What happens to the invitation message.
  package enum MessageAction: ProtobufEnum {
    /// Not given: the policy decides.
    case unspecified
    /// Send the invitation. (Cognito has no word for it: the member is left out of its call.)
    case send
    /// Create the user without a message.
    case suppress
    /// Send the invitation of an existing user again, with a new temporary password.
    case resend
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      switch number {
      case 0: self = .unspecified
      case 1: self = .send
      case 2: self = .suppress
      case 3: self = .resend
      default: self = .unrecognized(number)
      }
    }

    package var number: Int32 {
      switch self {
      case .unspecified: 0
      case .send: 1
      case .suppress: 2
      case .resend: 3
      case .unrecognized(let number): number
      }
    }
  }
}

extension ProvisioningV1 {
  /// `DeliveryMediumType` of the API. A way to a user.
  package enum DeliveryMedium: ProtobufEnum {
    /// Not given; in an answer: a medium that this version does not know.
    case unspecified
    /// A text message to the attribute phone_number.
    case sms
    /// A message to the attribute email.
    case email
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      switch number {
      case 0: self = .unspecified
      case 1: self = .sms
      case 2: self = .email
      default: self = .unrecognized(number)
      }
    }

    package var number: Int32 {
      switch self {
      case .unspecified: 0
      case .sms: 1
      case .email: 2
      case .unrecognized(let number): number
      }
    }
  }
}
