import Messages
import Testing

@Suite struct ReceivedCreateUserRequestTests {
  @Test("What is read field by field is what the value has")
  func same() throws {
    var random = Random(seed: 7)
    for _ in 0..<200 {
      let value = ProvisioningV1.CreateUserRequest.random(&random)
      var received = try ProvisioningV1.ReceivedCreateUserRequest(
        serializedBytes: value.serialized().span)
      // What asks for a receipt is not read: nobody serves it.
      let read = ProvisioningV1.CreateUserRequest(
        organization: received.organization(), username: received.username(),
        userAttributes: (0..<received.userAttributeCount).map {
          let (name, value) = received.userAttribute(at: $0)
          return ProvisioningV1.UserAttribute(name: name, value: value)
        },
        validationData: (0..<received.validationDatumCount).map {
          let (name, value) = received.validationDatum(at: $0)
          return ProvisioningV1.UserAttribute(name: name, value: value)
        },
        temporaryPassword: received.withTemporaryPassword { bytes in
          String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        },
        forceAliasCreation: received.forceAliasCreation, messageAction: received.messageAction,
        desiredDeliveryMediums: received.desiredDeliveryMediums,
        clientMetadata: received.clientMetadata(), requestID: received.requestID(),
        validateOnly: received.validateOnly, userPoolID: received.userPoolID(),
        includeReceipt: value.includeReceipt)
      #expect(received.invalidTexts.isEmpty)
      #expect(read == value)
    }
  }

  @Test("Bytes that are no message, and texts that are none, with their paths")
  func errors() throws {
    #expect(throws: MessageError.malformed) {
      _ = try ProvisioningV1.ReceivedCreateUserRequest(serializedBytes: [0x0A, 5, 1].span)
    }
    // user_attributes[0].value (3.2) is a byte that is not UTF-8.
    var received = try ProvisioningV1.ReceivedCreateUserRequest(
      serializedBytes: [0x1A, 3, 0x12, 1, 0xFF].span)
    #expect(received.userAttribute(at: 0) == ("", ""))
    #expect(received.invalidTexts == ["user_attributes[0].value"])
  }
}
