import Messages
import Provisioning

extension UserRequest {
  /// The request as the message has it: nothing is defaulted, checked or changed here.
  init(_ message: inout ProvisioningV1.ReceivedCreateUserRequest) {
    self.init(
      organization: message.organization(),
      username: message.username(),
      userAttributes: Self.userAttributes(of: &message),
      validationData: (0..<message.validationDatumCount).map {
        let (name, value) = message.validationDatum(at: $0)
        return UserAttribute(name: name, value: value)
      },
      temporaryPassword: message.withTemporaryPassword {
        $0.isEmpty ? .empty : Sensitive(utf8: $0)
      },
      forceAliasCreation: message.forceAliasCreation,
      messageAction: EnumField(message.messageAction),
      desiredDeliveryMediums: message.desiredDeliveryMediums.map(EnumField.init),
      clientMetadata: message.clientMetadata().entries.map {
        MetadataEntry(key: $0.key, value: $0.value)
      },
      requestID: message.requestID(),
      validateOnly: message.validateOnly,
      userPoolID: message.userPoolID(),
      includeReceipt: message.includeReceipt,
      // The last, because reading a text finds out whether it is one.
      unreadableTexts: message.invalidTexts)
  }

  /// How many attributes a policy adds to most requests: there is room for them from the beginning.
  private static let usualAdditions = 4

  private static func userAttributes(
    of message: inout ProvisioningV1.ReceivedCreateUserRequest
  ) -> [UserAttribute] {
    var attributes: [UserAttribute] = []
    attributes.reserveCapacity(message.userAttributeCount + usualAdditions)
    for index in 0..<message.userAttributeCount {
      let (name, value) = message.userAttribute(at: index)
      attributes.append(UserAttribute(name: name, value: value))
    }
    return attributes
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
