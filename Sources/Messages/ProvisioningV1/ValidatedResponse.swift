import CMessages

extension ProvisioningV1 {
  /// Writes the CreateUserResponse of a call with validate_only field by field, straight from the
  /// values of another room. What it gives is what the same ``CreateUserResponse`` gives, at half
  /// the cost.
  @safe package struct ValidatedResponse: ~Copyable {
    private var arena = Arena()
    private let response: UnsafeMutablePointer<Provisioning__V1__CreateUserResponse>
    private let request: UnsafeMutablePointer<Provisioning__V1__EffectiveRequest>

    package init(requestID: String, policyDigest: String) {
      unsafe response = arena.array(of: Provisioning__V1__CreateUserResponse.self, count: 1)
      unsafe request = arena.array(of: Provisioning__V1__EffectiveRequest.self, count: 1)
      unsafe provisioning__v1__create_user_response__init(response)
      unsafe provisioning__v1__effective_request__init(request)
      unsafe response.pointee.effective_request = request
      unsafe response.pointee.request_id = arena.text(requestID)
      unsafe response.pointee.policy_digest = arena.text(policyDigest)
    }

    package mutating func addPolicyDecision(field: String, rule: String, effect: Effect) {
      let decision = unsafe arena.array(of: Provisioning__V1__PolicyDecision.self, count: 1)
      unsafe provisioning__v1__policy_decision__init(decision)
      unsafe decision.pointee.field = arena.text(field)
      unsafe decision.pointee.rule = arena.text(rule)
      unsafe decision.pointee.effect = arena.enumeration(effect)
      let response = unsafe response
      unsafe arena.append(
        decision, &response.pointee.n_policy_decisions, &response.pointee.policy_decisions)
    }

    /// The fields of the effective request that stand in no list.
    package mutating func setRequest(
      userPoolID: String, username: String, forceAliasCreation: Bool, messageAction: MessageAction
    ) {
      unsafe request.pointee.user_pool_id = arena.text(userPoolID)
      unsafe request.pointee.username = arena.text(username)
      unsafe request.pointee.force_alias_creation = forceAliasCreation ? 1 : 0
      unsafe request.pointee.message_action = arena.enumeration(messageAction)
    }

    package mutating func addUserAttribute(name: String, value: String) {
      let attribute = unsafe arena.attribute(name, value)
      let request = unsafe request
      unsafe arena.append(
        attribute, &request.pointee.n_user_attributes, &request.pointee.user_attributes)
    }

    package mutating func addValidationDatum(name: String, value: String) {
      let datum = unsafe arena.attribute(name, value)
      let request = unsafe request
      unsafe arena.append(
        datum, &request.pointee.n_validation_data, &request.pointee.validation_data)
    }

    package mutating func addDeliveryMedium(_ medium: DeliveryMedium) {
      let request = unsafe request
      unsafe arena.append(
        arena.enumeration(medium), &request.pointee.n_desired_delivery_mediums,
        &request.pointee.desired_delivery_mediums)
    }

    /// - Parameter key: one that was not added before.
    package mutating func addClientMetadata(key: String, value: String) {
      let entry = unsafe arena.array(
        of: Provisioning__V1__EffectiveRequest__ClientMetadataEntry.self, count: 1)
      unsafe provisioning__v1__effective_request__client_metadata_entry__init(entry)
      unsafe entry.pointee.key = arena.text(key)
      unsafe entry.pointee.value = arena.text(value)
      let request = unsafe request
      unsafe arena.append(
        entry, &request.pointee.n_client_metadata, &request.pointee.client_metadata)
    }

    /// Lends the serialized response to `body`, whose errors are thrown on.
    package mutating func withSerializedBytes<Result>(
      _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result {
      try unsafe ProtobufC.withPacked(UnsafeRawPointer(response), in: &arena, body)
    }
  }
}

extension Arena {
  fileprivate mutating func attribute(
    _ name: String, _ value: String
  ) -> UnsafeMutablePointer<Provisioning__V1__UserAttribute> {
    let attribute = unsafe array(of: Provisioning__V1__UserAttribute.self, count: 1)
    unsafe provisioning__v1__user_attribute__init(attribute)
    unsafe attribute.pointee.name = text(name)
    unsafe attribute.pointee.value = text(value)
    return unsafe attribute
  }
}
