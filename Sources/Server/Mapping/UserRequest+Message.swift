import Messages
import Provisioning

extension UserRequest {
  /// The request as the message has it: nothing is defaulted, checked or changed here.
  init(_ message: ProvisioningV1.CreateUserRequest) {
    self.init(
      organization: message.organization,
      username: message.username,
      userAttributes: message.userAttributes.map(UserAttribute.init),
      validationData: message.validationData.map(UserAttribute.init),
      temporaryPassword: Sensitive(message.temporaryPassword),
      forceAliasCreation: message.forceAliasCreation,
      messageAction: EnumField(message.messageAction),
      desiredDeliveryMediums: message.desiredDeliveryMediums.map(EnumField.init),
      clientMetadata: message.clientMetadata.entries.map {
        MetadataEntry(key: $0.key, value: $0.value)
      },
      requestID: message.requestID,
      validateOnly: message.validateOnly,
      userPoolID: message.userPoolID)
  }
}

extension UserAttribute {
  fileprivate init(_ message: ProvisioningV1.UserAttribute) {
    self.init(name: message.name, value: message.value)
  }
}

extension EnumField<MessageAction> {
  fileprivate init(_ message: ProvisioningV1.MessageAction) {
    self =
      switch message {
      case .unspecified: .unspecified
      case .send: .value(.send)
      case .suppress: .value(.suppress)
      case .resend: .value(.resend)
      case .unrecognized(let number): .unrecognized(number)
      }
  }
}

extension EnumField<DeliveryMedium> {
  fileprivate init(_ message: ProvisioningV1.DeliveryMedium) {
    self =
      switch message {
      case .unspecified: .unspecified
      case .sms: .value(.sms)
      case .email: .value(.email)
      case .unrecognized(let number): .unrecognized(number)
      }
  }
}
