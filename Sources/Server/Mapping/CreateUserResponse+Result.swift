import Messages
import Provisioning

extension ProvisioningV1.CreateUserResponse {
  init(_ result: CreateUserResult) {
    let decisions = result.decisions.map(ProvisioningV1.PolicyDecision.init)
    switch result.outcome {
    case .created(let created):
      self.init(
        user: ProvisioningV1.User(created.user),
        invitation: ProvisioningV1.Invitation(created.invitation),
        policyDecisions: decisions, creationID: result.reference.creationID.description,
        requestID: result.reference.requestID, policyDigest: result.policyDigest)
    case .validated(let specification):
      self.init(
        policyDecisions: decisions, requestID: result.reference.requestID,
        policyDigest: result.policyDigest,
        effectiveRequest: ProvisioningV1.EffectiveRequest(specification))
    }
  }
}

extension ProvisioningV1.PolicyDecision {
  init(_ decision: PolicyDecision) {
    let effect: ProvisioningV1.Effect =
      switch decision.effect {
      case .defaulted: .defaulted
      case .fixed: .fixed
      case .normalized: .normalized
      case .suppressed: .suppressed
      case .generated: .generated
      }
    self.init(field: decision.field, rule: decision.rule, effect: effect)
  }
}

extension ProvisioningV1.EffectiveRequest {
  /// The exact call, the password left out.
  fileprivate init(_ specification: UserSpecification) {
    self.init(
      userPoolID: specification.pool.id,
      username: specification.username,
      userAttributes: specification.userAttributes.map(ProvisioningV1.UserAttribute.init),
      validationData: specification.validationData.map(ProvisioningV1.UserAttribute.init),
      forceAliasCreation: specification.forceAliasCreation,
      messageAction: ProvisioningV1.MessageAction(specification.messageAction),
      desiredDeliveryMediums: specification.desiredDeliveryMediums.map(
        ProvisioningV1.DeliveryMedium.init),
      clientMetadata: StringMap(
        specification.clientMetadata.map { .init(key: $0.key, value: $0.value) }))
  }
}

extension ProvisioningV1.MessageAction {
  fileprivate init(_ action: MessageAction) {
    self =
      switch action {
      case .send: .send
      case .suppress: .suppress
      case .resend: .resend
      }
  }
}

extension ProvisioningV1.DeliveryMedium {
  fileprivate init(_ medium: DeliveryMedium) {
    self =
      switch medium {
      case .sms: .sms
      case .email: .email
      }
  }
}

extension ProvisioningV1.UserAttribute {
  fileprivate init(_ attribute: UserAttribute) {
    self.init(name: attribute.name, value: attribute.value)
  }
}

extension ProvisioningV1.User {
  fileprivate init(_ user: User) {
    self.init(
      username: user.username,
      attributes: user.attributes.map(ProvisioningV1.UserAttribute.init),
      userCreateTime: user.createTime.map(GoogleProtobuf.Timestamp.init),
      userLastModifiedTime: user.lastModifiedTime.map(GoogleProtobuf.Timestamp.init),
      enabled: user.enabled,
      userStatus: user.status.map(ProvisioningV1.UserStatus.init) ?? .unspecified,
      mfaOptions: user.mfaOptions.map { option in
        ProvisioningV1.MfaOption(
          deliveryMedium: DeliveryMedium(rawValue: option.deliveryMedium)
            .map(ProvisioningV1.DeliveryMedium.init) ?? .unspecified,
          attributeName: option.attributeName)
      },
      sub: user.sub,
      userPoolID: user.pool.id)
  }
}

extension ProvisioningV1.UserStatus {
  fileprivate init(_ status: UserStatus) {
    self =
      switch status {
      case .unconfirmed: .unconfirmed
      case .confirmed: .confirmed
      case .archived: .archived
      case .compromised: .compromised
      case .unknown: .unknown
      case .resetRequired: .resetRequired
      case .forceChangePassword: .forceChangePassword
      case .externalProvider: .externalProvider
      }
  }
}

extension ProvisioningV1.Invitation {
  init(_ invitation: Invitation) {
    let state: ProvisioningV1.InvitationState =
      switch invitation.state {
      case .sent: .sent
      case .suppressed: .suppressed
      case .failed: .failed
      case .resent: .resent
      }
    self.init(
      state: state, mediums: invitation.mediums.map(ProvisioningV1.DeliveryMedium.init),
      failureReason: invitation.failureReason ?? "")
  }
}

extension GoogleProtobuf.Timestamp {
  init(_ timestamp: Timestamp) {
    self.init(seconds: timestamp.seconds, nanos: timestamp.nanoseconds)
  }
}
