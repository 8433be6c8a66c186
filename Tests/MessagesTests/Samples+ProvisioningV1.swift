import Messages

extension ProvisioningV1.CreateUserRequest: SampleMessage {
  static let sample = Self(
    organization: "organization", username: "username", userAttributes: [.sample],
    validationData: [.sample], temporaryPassword: "temporary_password", forceAliasCreation: true,
    messageAction: .suppress, desiredDeliveryMediums: [.email, .sms],
    clientMetadata: ["client_metadata.key": "client_metadata.value"], requestID: "request_id",
    validateOnly: true, userPoolID: "user_pool_id", includeReceipt: true)

  static let sampleText = """
    organization: "organization" username: "username"
    user_attributes { \(ProvisioningV1.UserAttribute.sampleText) }
    validation_data { \(ProvisioningV1.UserAttribute.sampleText) }
    temporary_password: "temporary_password" force_alias_creation: true
    message_action: MESSAGE_ACTION_SUPPRESS desired_delivery_mediums: DELIVERY_MEDIUM_EMAIL
    desired_delivery_mediums: DELIVERY_MEDIUM_SMS
    client_metadata { key: "client_metadata.key" value: "client_metadata.value" }
    request_id: "request_id" validate_only: true user_pool_id: "user_pool_id"
    include_receipt: true
    """
}

extension ProvisioningV1.UserAttribute: SampleMessage {
  static let sample = Self(
    name: "name", value: "value")

  static let sampleText = """
    name: "name" value: "value"
    """
}

extension ProvisioningV1.CreateUserResponse: SampleMessage {
  static let sample = Self(
    user: .sample, invitation: .sample, policyDecisions: [.sample], creationID: "creation_id",
    requestID: "request_id", replayed: true, policyDigest: "policy_digest",
    effectiveRequest: .sample, receipt: .sample)

  static let sampleText = """
    user { \(ProvisioningV1.User.sampleText) }
    invitation { \(ProvisioningV1.Invitation.sampleText) }
    policy_decisions { \(ProvisioningV1.PolicyDecision.sampleText) } creation_id: "creation_id"
    request_id: "request_id" replayed: true policy_digest: "policy_digest"
    effective_request { \(ProvisioningV1.EffectiveRequest.sampleText) }
    receipt { \(ProvisioningV1.Receipt.sampleText) }
    """
}

extension ProvisioningV1.User: SampleMessage {
  static let sample = Self(
    username: "username", attributes: [.sample], userCreateTime: .init(seconds: 3, nanos: 4),
    userLastModifiedTime: .init(seconds: 4, nanos: 5), enabled: true, userStatus: .confirmed,
    mfaOptions: [.sample], sub: "sub", userPoolID: "user_pool_id")

  static let sampleText = """
    username: "username" attributes { \(ProvisioningV1.UserAttribute.sampleText) }
    user_create_time { seconds: 3 nanos: 4 } user_last_modified_time { seconds: 4 nanos: 5 }
    enabled: true user_status: USER_STATUS_CONFIRMED
    mfa_options { \(ProvisioningV1.MfaOption.sampleText) } sub: "sub" user_pool_id: "user_pool_id"
    """
}

extension ProvisioningV1.MfaOption: SampleMessage {
  static let sample = Self(
    deliveryMedium: .email, attributeName: "attribute_name")

  static let sampleText = """
    delivery_medium: DELIVERY_MEDIUM_EMAIL attribute_name: "attribute_name"
    """
}

extension ProvisioningV1.Invitation: SampleMessage {
  static let sample = Self(
    state: .suppressed, mediums: [.email, .sms], failureReason: "failure_reason")

  static let sampleText = """
    state: INVITATION_STATE_SUPPRESSED mediums: DELIVERY_MEDIUM_EMAIL mediums: DELIVERY_MEDIUM_SMS
    failure_reason: "failure_reason"
    """
}

extension ProvisioningV1.PolicyDecision: SampleMessage {
  static let sample = Self(
    field: "field", rule: "rule", effect: .fixed)

  static let sampleText = """
    field: "field" rule: "rule" effect: EFFECT_FIXED
    """
}

extension ProvisioningV1.EffectiveRequest: SampleMessage {
  static let sample = Self(
    userPoolID: "user_pool_id", username: "username", userAttributes: [.sample],
    validationData: [.sample], forceAliasCreation: true, messageAction: .suppress,
    desiredDeliveryMediums: [.email, .sms],
    clientMetadata: ["client_metadata.key": "client_metadata.value"])

  static let sampleText = """
    user_pool_id: "user_pool_id" username: "username"
    user_attributes { \(ProvisioningV1.UserAttribute.sampleText) }
    validation_data { \(ProvisioningV1.UserAttribute.sampleText) } force_alias_creation: true
    message_action: MESSAGE_ACTION_SUPPRESS desired_delivery_mediums: DELIVERY_MEDIUM_EMAIL
    desired_delivery_mediums: DELIVERY_MEDIUM_SMS
    client_metadata { key: "client_metadata.key" value: "client_metadata.value" }
    """
}

extension ProvisioningV1.Receipt: SampleMessage {
  static let sample = Self(
    eventID: "event_id", record: Array("record".utf8), leafIndex: 3,
    inclusionPath: [Array("inclusion_path".utf8), Array("inclusion_path2".utf8)],
    checkpoint: .sample)

  static let sampleText = """
    event_id: "event_id" record: "record" leaf_index: 3 inclusion_path: "inclusion_path"
    inclusion_path: "inclusion_path2" checkpoint { \(ProvisioningV1.Checkpoint.sampleText) }
    """
}

extension ProvisioningV1.Checkpoint: SampleMessage {
  static let sample = Self(
    origin: "origin", treeSize: 2, rootHash: Array("root_hash".utf8), signedNote: "signed_note")

  static let sampleText = """
    origin: "origin" tree_size: 2 root_hash: "root_hash" signed_note: "signed_note"
    """
}

extension ProvisioningV1.BatchCreateUsersRequest: SampleMessage {
  static let sample = Self(
    index: 1, request: .sample)

  static let sampleText = """
    index: 1 request { \(ProvisioningV1.CreateUserRequest.sampleText) }
    """
}

extension ProvisioningV1.BatchCreateUsersResponse: SampleMessage {
  static let sample = Self(
    index: 1, result: .response(.sample))

  static let sampleText = """
    index: 1 response { \(ProvisioningV1.CreateUserResponse.sampleText) }
    """
}

extension ProvisioningV1.GetCreationRequest: SampleMessage {
  static let sample = Self(
    creationID: "creation_id", requestID: "request_id", wait: .init(seconds: 3, nanos: 4))

  static let sampleText = """
    creation_id: "creation_id" request_id: "request_id" wait { seconds: 3 nanos: 4 }
    """
}

extension ProvisioningV1.GetCreationResponse: SampleMessage {
  static let sample = Self(
    creation: .sample)

  static let sampleText = """
    creation { \(ProvisioningV1.Creation.sampleText) }
    """
}

extension ProvisioningV1.Creation: SampleMessage {
  static let sample = Self(
    creationID: "creation_id", requestID: "request_id", organization: "organization",
    state: .succeeded, evidence: .generatedUsername, createTime: .init(seconds: 6, nanos: 7),
    updateTime: .init(seconds: 7, nanos: 8), response: .sample, error: .sample, receipt: .sample)

  static let sampleText = """
    creation_id: "creation_id" request_id: "request_id" organization: "organization"
    state: CREATION_STATE_SUCCEEDED evidence: EVIDENCE_GENERATED_USERNAME
    create_time { seconds: 6 nanos: 7 } update_time { seconds: 7 nanos: 8 }
    response { \(ProvisioningV1.CreateUserResponse.sampleText) }
    error { \(GoogleRPC.Status.sampleText) } receipt { \(ProvisioningV1.Receipt.sampleText) }
    """
}

extension ProvisioningV1.GetPolicyRequest: SampleMessage {
  static let sample = Self(
    organization: "organization")

  static let sampleText = """
    organization: "organization"
    """
}

extension ProvisioningV1.GetPolicyResponse: SampleMessage {
  static let sample = Self(
    organization: "organization", policyDigest: "policy_digest", rulesYaml: "rules_yaml")

  static let sampleText = """
    organization: "organization" policy_digest: "policy_digest" rules_yaml: "rules_yaml"
    """
}

extension ProvisioningV1.AuditEvent: SampleMessage {
  static let sample = Self(
    eventID: "event_id", kind: .resent, eventTime: .init(seconds: 3, nanos: 4),
    duration: .init(seconds: 4, nanos: 5), creationID: "creation_id", requestID: "request_id",
    caller: "caller", callerAuthentication: .token, onBehalfOf: "on_behalf_of", peer: "peer",
    organization: "organization", userPoolID: "user_pool_id", region: "region",
    policyDigest: "policy_digest", policyDecisions: [.sample], userHash: "user_hash", sub: "sub",
    invitation: .sample, upstream: .sample, reason: "reason", fields: ["fields", "fields2"],
    count: 22, emailHash: "email_hash", phoneHash: "phone_hash", keyEpoch: 25)

  static let sampleText = """
    event_id: "event_id" kind: AUDIT_EVENT_KIND_RESENT event_time { seconds: 3 nanos: 4 }
    duration { seconds: 4 nanos: 5 } creation_id: "creation_id" request_id: "request_id"
    caller: "caller" caller_authentication: CALLER_AUTHENTICATION_TOKEN
    on_behalf_of: "on_behalf_of" peer: "peer" organization: "organization"
    user_pool_id: "user_pool_id" region: "region" policy_digest: "policy_digest"
    policy_decisions { \(ProvisioningV1.PolicyDecision.sampleText) } user_hash: "user_hash"
    sub: "sub" invitation { \(ProvisioningV1.Invitation.sampleText) }
    upstream { \(ProvisioningV1.UpstreamTrace.sampleText) } reason: "reason" fields: "fields"
    fields: "fields2" count: 22 email_hash: "email_hash" phone_hash: "phone_hash" key_epoch: 25
    """
}

extension ProvisioningV1.UpstreamTrace: SampleMessage {
  static let sample = Self(
    requestID: "request_id", httpStatus: 2, errorType: "error_type")

  static let sampleText = """
    request_id: "request_id" http_status: 2 error_type: "error_type"
    """
}

extension ProvisioningV1.ListAuditEventsRequest: SampleMessage {
  static let sample = Self(
    pageSize: 1, pageToken: "page_token", organization: "organization", caller: "caller",
    username: "username", creationID: "creation_id", requestID: "request_id", kind: .resent,
    startTime: .init(seconds: 9, nanos: 10), endTime: .init(seconds: 10, nanos: 11))

  static let sampleText = """
    page_size: 1 page_token: "page_token" organization: "organization" caller: "caller"
    username: "username" creation_id: "creation_id" request_id: "request_id"
    kind: AUDIT_EVENT_KIND_RESENT start_time { seconds: 9 nanos: 10 }
    end_time { seconds: 10 nanos: 11 }
    """
}

extension ProvisioningV1.ListAuditEventsResponse: SampleMessage {
  static let sample = Self(
    events: [.sample], nextPageToken: "next_page_token")

  static let sampleText = """
    events { \(ProvisioningV1.AuditEvent.sampleText) } next_page_token: "next_page_token"
    """
}

extension ProvisioningV1.GetAuditEventRequest: SampleMessage {
  static let sample = Self(
    eventID: "event_id")

  static let sampleText = """
    event_id: "event_id"
    """
}

extension ProvisioningV1.GetAuditEventResponse: SampleMessage {
  static let sample = Self(
    event: .sample)

  static let sampleText = """
    event { \(ProvisioningV1.AuditEvent.sampleText) }
    """
}

extension ProvisioningV1.TailAuditEventsRequest: SampleMessage {
  static let sample = Self(
    position: "position", organization: "organization",
    heartbeatInterval: .init(seconds: 3, nanos: 4))

  static let sampleText = """
    position: "position" organization: "organization" heartbeat_interval { seconds: 3 nanos: 4 }
    """
}

extension ProvisioningV1.TailAuditEventsResponse: SampleMessage {
  static let sample = Self(
    position: "position", content: .event(.sample))

  static let sampleText = """
    position: "position" event { \(ProvisioningV1.AuditEvent.sampleText) }
    """
}

extension ProvisioningV1.Heartbeat: SampleMessage {
  static let sample = Self(
    sendTime: .init(seconds: 1, nanos: 2))

  static let sampleText = """
    send_time { seconds: 1 nanos: 2 }
    """
}

extension ProvisioningV1.GetCheckpointRequest: SampleMessage {
  static let sample = Self()

  static let sampleText = ""
}

extension ProvisioningV1.GetCheckpointResponse: SampleMessage {
  static let sample = Self(
    checkpoint: .sample,
    cosignedCheckpoint: .sample)

  static let sampleText = """
    checkpoint { \(ProvisioningV1.Checkpoint.sampleText) }
    cosigned_checkpoint { \(ProvisioningV1.Checkpoint.sampleText) }
    """
}

extension ProvisioningV1.GetInclusionProofRequest: SampleMessage {
  static let sample = Self(
    eventID: "event_id", treeSize: 2)

  static let sampleText = """
    event_id: "event_id" tree_size: 2
    """
}

extension ProvisioningV1.GetInclusionProofResponse: SampleMessage {
  static let sample = Self(
    receipt: .sample)

  static let sampleText = """
    receipt { \(ProvisioningV1.Receipt.sampleText) }
    """
}

extension ProvisioningV1.GetConsistencyProofRequest: SampleMessage {
  static let sample = Self(
    firstTreeSize: 1, secondTreeSize: 2)

  static let sampleText = """
    first_tree_size: 1 second_tree_size: 2
    """
}

extension ProvisioningV1.GetConsistencyProofResponse: SampleMessage {
  static let sample = Self(
    consistencyPath: [Array("consistency_path".utf8), Array("consistency_path2".utf8)],
    checkpoint: .sample)

  static let sampleText = """
    consistency_path: "consistency_path" consistency_path: "consistency_path2"
    checkpoint { \(ProvisioningV1.Checkpoint.sampleText) }
    """
}
