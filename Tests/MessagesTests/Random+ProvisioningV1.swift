import Messages

extension ProvisioningV1.CreateUserRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      organization: random.text(), username: random.text(),
      userAttributes: random.array { .random(&$0) },
      validationData: random.array { .random(&$0) }, temporaryPassword: random.text(),
      forceAliasCreation: random.boolean(), messageAction: random.enumeration(),
      desiredDeliveryMediums: random.array { $0.enumeration() }, clientMetadata: random.map(),
      requestID: random.text(), validateOnly: random.boolean(), userPoolID: random.text(),
      includeReceipt: random.boolean())
  }
}

extension ProvisioningV1.UserAttribute: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      name: random.text(), value: random.text())
  }
}

extension ProvisioningV1.CreateUserResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      user: random.optional { .random(&$0) }, invitation: random.optional { .random(&$0) },
      policyDecisions: random.array { .random(&$0) }, creationID: random.text(),
      requestID: random.text(), replayed: random.boolean(), policyDigest: random.text(),
      effectiveRequest: random.optional { .random(&$0) },
      receipt: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.User: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      username: random.text(), attributes: random.array { .random(&$0) },
      userCreateTime: random.optional { .random(&$0) },
      userLastModifiedTime: random.optional { .random(&$0) }, enabled: random.boolean(),
      userStatus: random.enumeration(), mfaOptions: random.array { .random(&$0) },
      sub: random.text(), userPoolID: random.text())
  }
}

extension ProvisioningV1.MfaOption: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      deliveryMedium: random.enumeration(), attributeName: random.text())
  }
}

extension ProvisioningV1.Invitation: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      state: random.enumeration(), mediums: random.array { $0.enumeration() },
      failureReason: random.text())
  }
}

extension ProvisioningV1.PolicyDecision: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      field: random.text(), rule: random.text(), effect: random.enumeration())
  }
}

extension ProvisioningV1.EffectiveRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      userPoolID: random.text(), username: random.text(),
      userAttributes: random.array { .random(&$0) },
      validationData: random.array { .random(&$0) }, forceAliasCreation: random.boolean(),
      messageAction: random.enumeration(),
      desiredDeliveryMediums: random.array { $0.enumeration() }, clientMetadata: random.map())
  }
}

extension ProvisioningV1.Receipt: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      eventID: random.text(), record: random.bytes(), leafIndex: random.integer(),
      inclusionPath: random.array { $0.bytes() }, checkpoint: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.Checkpoint: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      origin: random.text(), treeSize: random.integer(), rootHash: random.bytes(),
      signedNote: random.text())
  }
}

extension ProvisioningV1.BatchCreateUsersRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      index: random.integer(), request: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.BatchCreateUsersResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      index: random.integer(),
      result: random.optional {
        $0.oneOf([{ .response(.random(&$0)) }, { .status(.random(&$0)) }])
      })
  }
}

extension ProvisioningV1.GetCreationRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      creationID: random.text(), requestID: random.text(), wait: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.GetCreationResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      creation: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.Creation: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      creationID: random.text(), requestID: random.text(), organization: random.text(),
      state: random.enumeration(), evidence: random.enumeration(),
      createTime: random.optional { .random(&$0) }, updateTime: random.optional { .random(&$0) },
      response: random.optional { .random(&$0) }, error: random.optional { .random(&$0) },
      receipt: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.GetPolicyRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      organization: random.text())
  }
}

extension ProvisioningV1.GetPolicyResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      organization: random.text(), policyDigest: random.text(), rulesYaml: random.text())
  }
}

extension ProvisioningV1.AuditEvent: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      eventID: random.text(), kind: random.enumeration(),
      eventTime: random.optional { .random(&$0) }, duration: random.optional { .random(&$0) },
      creationID: random.text(), requestID: random.text(), caller: random.text(),
      callerAuthentication: random.enumeration(), onBehalfOf: random.text(), peer: random.text(),
      organization: random.text(), userPoolID: random.text(), region: random.text(),
      policyDigest: random.text(), policyDecisions: random.array { .random(&$0) },
      userHash: random.text(), sub: random.text(), invitation: random.optional { .random(&$0) },
      upstream: random.optional { .random(&$0) }, reason: random.text(),
      fields: random.array { $0.text() }, count: random.integer(),
      emailHash: random.text(), phoneHash: random.text(), keyEpoch: random.integer())
  }
}

extension ProvisioningV1.UpstreamTrace: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      requestID: random.text(), httpStatus: random.integer(), errorType: random.text())
  }
}

extension ProvisioningV1.ListAuditEventsRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      pageSize: random.integer(), pageToken: random.text(), organization: random.text(),
      caller: random.text(), username: random.text(), creationID: random.text(),
      requestID: random.text(), kind: random.enumeration(),
      startTime: random.optional { .random(&$0) }, endTime: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.ListAuditEventsResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      events: random.array { .random(&$0) }, nextPageToken: random.text())
  }
}

extension ProvisioningV1.GetAuditEventRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      eventID: random.text())
  }
}

extension ProvisioningV1.GetAuditEventResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      event: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.TailAuditEventsRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      position: random.text(), organization: random.text(),
      heartbeatInterval: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.TailAuditEventsResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      position: random.text(),
      content: random.optional {
        $0.oneOf([{ .event(.random(&$0)) }, { .heartbeat(.random(&$0)) }])
      })
  }
}

extension ProvisioningV1.Heartbeat: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      sendTime: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.GetCheckpointRequest: RandomValue {
  static func random(_ random: inout Random) -> Self { Self() }
}

extension ProvisioningV1.GetCheckpointResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      checkpoint: random.optional { .random(&$0) },
      cosignedCheckpoint: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.GetInclusionProofRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      eventID: random.text(), treeSize: random.integer())
  }
}

extension ProvisioningV1.GetInclusionProofResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      receipt: random.optional { .random(&$0) })
  }
}

extension ProvisioningV1.GetConsistencyProofRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      firstTreeSize: random.integer(), secondTreeSize: random.integer())
  }
}

extension ProvisioningV1.GetConsistencyProofResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      consistencyPath: random.array { $0.bytes() }, checkpoint: random.optional { .random(&$0) })
  }
}
