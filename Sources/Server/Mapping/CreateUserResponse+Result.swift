import Messages
import Provisioning

extension ProvisioningV1.CreateUserResponse {
  init(_ result: CreateUserResult, _ created: CreatedUser) {
    self.init(
      user: ProvisioningV1.User(created.user),
      invitation: ProvisioningV1.Invitation(created.invitation),
      policyDecisions: result.decisions.map(ProvisioningV1.PolicyDecision.init),
      creationID: result.reference.creationID.description,
      requestID: result.reference.requestID, replayed: result.isReplayed,
      policyDigest: result.policyDigest)
  }
}

extension ProvisioningV1.ValidatedResponse {
  /// The exact call that would have been made, the password left out.
  init(_ result: CreateUserResult, _ specification: UserSpecification) {
    self.init(requestID: result.reference.requestID, policyDigest: result.policyDigest)
    addPolicyDecisions(result.decisions)
    setRequest(
      userPoolID: specification.pool.id, username: specification.username,
      forceAliasCreation: specification.forceAliasCreation,
      messageAction: ProvisioningV1.MessageAction(specification.messageAction))
    addLists(of: specification)
  }

  // Spans lend their elements: no reference is counted.

  private mutating func addPolicyDecisions(_ list: [PolicyDecision]) {
    let decisions = list.span
    for index in decisions.indices {
      addPolicyDecision(
        field: decisions[index].field, rule: decisions[index].rule,
        effect: ProvisioningV1.Effect(decisions[index].effect))
    }
  }

  private mutating func addLists(of specification: UserSpecification) {
    let (attributeList, dataList) = (specification.userAttributes, specification.validationData)
    let attributes = attributeList.span
    for index in attributes.indices {
      addUserAttribute(name: attributes[index].name, value: attributes[index].value)
    }
    let data = dataList.span
    for index in data.indices {
      addValidationDatum(name: data[index].name, value: data[index].value)
    }
    for medium in specification.desiredDeliveryMediums {
      addDeliveryMedium(ProvisioningV1.DeliveryMedium(medium))
    }
    for entry in specification.clientMetadata {
      addClientMetadata(key: entry.key, value: entry.value)
    }
  }
}

extension ProvisioningV1.Effect {
  fileprivate init(_ effect: PolicyDecision.Effect) {
    self =
      switch effect {
      case .defaulted: .defaulted
      case .fixed: .fixed
      case .normalized: .normalized
      case .suppressed: .suppressed
      case .generated: .generated
      }
  }
}

extension ProvisioningV1.PolicyDecision {
  init(_ decision: PolicyDecision) {
    self.init(
      field: decision.field, rule: decision.rule, effect: ProvisioningV1.Effect(decision.effect))
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
