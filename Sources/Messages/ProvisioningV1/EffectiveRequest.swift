import CMessages

extension ProvisioningV1 {
  /// The call of AdminCreateUser that a request comes to under the policy, the password left out.
  package struct EffectiveRequest: Equatable, Sendable {
    /// `UserPoolId` of the API.
    package var userPoolID: String
    /// `Username` of the API.
    package var username: String
    /// `UserAttributes` of the API.
    package var userAttributes: [UserAttribute]
    /// `ValidationData` of the API.
    package var validationData: [UserAttribute]
    /// `ForceAliasCreation` of the API.
    package var forceAliasCreation: Bool
    /// `MessageAction` of the API.
    package var messageAction: MessageAction
    /// `DesiredDeliveryMediums` of the API.
    package var desiredDeliveryMediums: [DeliveryMedium]
    /// `ClientMetadata` of the API.
    package var clientMetadata: StringMap

    package init(
      userPoolID: String = "", username: String = "", userAttributes: [UserAttribute] = [],
      validationData: [UserAttribute] = [], forceAliasCreation: Bool = false,
      messageAction: MessageAction = .unspecified, desiredDeliveryMediums: [DeliveryMedium] = [],
      clientMetadata: StringMap = [:]
    ) {
      self.userPoolID = userPoolID
      self.username = username
      self.userAttributes = userAttributes
      self.validationData = validationData
      self.forceAliasCreation = forceAliasCreation
      self.messageAction = messageAction
      self.desiredDeliveryMediums = desiredDeliveryMediums
      self.clientMetadata = clientMetadata
    }
  }
}

extension ProvisioningV1.EffectiveRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__effective_request__unpack)
}

extension ProvisioningV1.EffectiveRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__EffectiveRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      userPoolID: unsafe reader.text(source.pointee.user_pool_id, "\(path())user_pool_id"),
      username: unsafe reader.text(source.pointee.username, "\(path())username"),
      userAttributes: unsafe reader.messages(
        source.pointee.n_user_attributes, source.pointee.user_attributes,
        "\(path())user_attributes"),
      validationData: unsafe reader.messages(
        source.pointee.n_validation_data, source.pointee.validation_data,
        "\(path())validation_data"),
      forceAliasCreation: unsafe source.pointee.force_alias_creation != 0,
      messageAction: unsafe reader.enumeration(source.pointee.message_action),
      desiredDeliveryMediums: unsafe reader.enumerations(
        source.pointee.n_desired_delivery_mediums, source.pointee.desired_delivery_mediums),
      clientMetadata: unsafe reader.map(
        source.pointee.n_client_metadata, source.pointee.client_metadata,
        "\(path())client_metadata"
      ) { unsafe ($0.key, $0.value) })
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__EffectiveRequest>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__effective_request__init(target)
    unsafe target.pointee.user_pool_id = arena.text(userPoolID)
    unsafe target.pointee.username = arena.text(username)
    unsafe (target.pointee.n_user_attributes, target.pointee.user_attributes) = arena.messages(
      userAttributes)
    unsafe (target.pointee.n_validation_data, target.pointee.validation_data) = arena.messages(
      validationData)
    unsafe target.pointee.force_alias_creation = forceAliasCreation ? 1 : 0
    unsafe target.pointee.message_action = arena.enumeration(messageAction)
    unsafe (target.pointee.n_desired_delivery_mediums, target.pointee.desired_delivery_mediums) =
      arena.enumerations(desiredDeliveryMediums)
    unsafe (target.pointee.n_client_metadata, target.pointee.client_metadata) = arena.map(
      clientMetadata
    ) { key, value, entry in
      unsafe provisioning__v1__effective_request__client_metadata_entry__init(entry)
      unsafe entry.pointee.key = key
      unsafe entry.pointee.value = value
    }
  }
}
