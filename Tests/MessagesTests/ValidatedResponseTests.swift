import Messages
import Testing

@Suite struct ValidatedResponseTests {
  @Test("What is written field by field is what the value gives")
  func same() throws {
    var random = Random(seed: 5)
    for _ in 0..<200 {
      try check(
        ProvisioningV1.CreateUserResponse(
          policyDecisions: (0..<Int.random(in: 0...40, using: &random)).map { _ in
            .random(&random)
          },
          requestID: ProvisioningV1.CreateUserResponse.random(&random).requestID,
          policyDigest: ProvisioningV1.CreateUserResponse.random(&random).policyDigest,
          effectiveRequest: .random(&random)))
    }
  }

  @Test("Lists of every length", arguments: [0, 1, 15, 16, 17, 31, 32, 33, 64, 65, 1000])
  func lists(_ count: Int) throws {
    let attributes = (0..<count).map {
      ProvisioningV1.UserAttribute(name: "custom:\($0)", value: "v\($0)")
    }
    let request = ProvisioningV1.EffectiveRequest(
      userPoolID: "us-east-1_A", username: "ada", userAttributes: attributes,
      validationData: attributes.reversed(), forceAliasCreation: true, messageAction: .suppress,
      desiredDeliveryMediums: (0..<count).map { $0.isMultiple(of: 2) ? .sms : .email },
      clientMetadata: StringMap((0..<count).map { .init(key: "k\($0)", value: "v") }))
    let decisions = (0..<count).map {
      ProvisioningV1.PolicyDecision(field: "f\($0)", rule: "r", effect: .fixed)
    }
    try check(
      ProvisioningV1.CreateUserResponse(
        policyDecisions: decisions, requestID: "id", policyDigest: "digest",
        effectiveRequest: request))
  }

  private func check(_ value: ProvisioningV1.CreateUserResponse) throws {
    var response = ProvisioningV1.ValidatedResponse(
      requestID: value.requestID, policyDigest: value.policyDigest)
    for decision in value.policyDecisions {
      response.addPolicyDecision(
        field: decision.field, rule: decision.rule, effect: decision.effect)
    }
    let request = try #require(value.effectiveRequest)
    response.setRequest(
      userPoolID: request.userPoolID, username: request.username,
      forceAliasCreation: request.forceAliasCreation, messageAction: request.messageAction)
    for attribute in request.userAttributes {
      response.addUserAttribute(name: attribute.name, value: attribute.value)
    }
    for datum in request.validationData {
      response.addValidationDatum(name: datum.name, value: datum.value)
    }
    for medium in request.desiredDeliveryMediums { response.addDeliveryMedium(medium) }
    for entry in request.clientMetadata.entries {
      response.addClientMetadata(key: entry.key, value: entry.value)
    }
    let bytes = try response.withSerializedBytes { span in span.indices.map { span[$0] } }
    #expect(bytes == value.serialized())
  }
}
