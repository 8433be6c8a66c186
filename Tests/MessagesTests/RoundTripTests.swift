import Messages
import Testing

@Suite struct RoundTripTests {
  @Test("Random values come back as they were", arguments: messageTypes)
  func random(_ type: any SampleMessage.Type) throws {
    func check<Message: SampleMessage>(_ type: Message.Type) throws {
      var random = Random(seed: 2)
      for _ in 0..<200 {
        let value = Message.random(&random)
        let bytes = value.serialized()
        let read = try Message(serializedBytes: bytes.span)
        #expect(read == value)
        // Byte by byte, because texts are equal also in another Unicode form.
        #expect(read.serialized() == bytes)
        let lent = try value.withSerializedBytes { span in span.indices.map { span[$0] } }
        #expect(lent == bytes)
      }
    }
    try check(type)
  }

  @Test("Messages of the densest fields, short ones and long ones")
  func densest() throws {
    for count in Array(0...20) + [100, 200, 300, 330, 340, 341, 342, 350, 400, 1000, 5000] {
      let request = ProvisioningV1.EffectiveRequest(
        userAttributes: Array(repeating: .init(), count: count),
        messageAction: .unrecognized(.min),
        desiredDeliveryMediums: Array(repeating: .unrecognized(-1), count: count))
      let response = ProvisioningV1.CreateUserResponse(
        policyDecisions: Array(repeating: .init(effect: .unrecognized(-1)), count: count),
        effectiveRequest: request)
      let bytes = response.serialized()
      // A list of enums, its attributes, its decisions.
      #expect(bytes.count >= count * (10 + 2 + 13))
      #expect(try ProvisioningV1.CreateUserResponse(serializedBytes: bytes.span) == response)
    }
  }

  @Test("An empty message is no bytes", arguments: messageTypes)
  func empty(_ type: any SampleMessage.Type) throws {
    func check<Message: SampleMessage>(_ type: Message.Type) throws {
      let none: [UInt8] = []
      #expect(try Message(serializedBytes: none.span).serialized().isEmpty)
    }
    try check(type)
  }

  @Test("protoc reads what is written", arguments: messageTypes)
  func written(_ type: any SampleMessage.Type) throws {
    func check<Message: SampleMessage>(_ type: Message.Type) throws {
      let text = try Protoc.decode(type.sample.serialized(), as: type.fullName)
      #expect(text == Protoc.collapsed(type.sampleText))
    }
    try check(type)
  }

  @Test("What protoc writes is read", arguments: messageTypes)
  func read(_ type: any SampleMessage.Type) throws {
    func check<Message: SampleMessage>(_ type: Message.Type) throws {
      let bytes = try Protoc.encode(type.sampleText, as: type.fullName)
      #expect(try Message(serializedBytes: bytes.span) == type.sample)
    }
    try check(type)
  }

  @Test("protoc agrees on random values", arguments: messageTypes)
  func judged(_ type: any SampleMessage.Type) throws {
    func check<Message: SampleMessage>(_ type: Message.Type) throws {
      var random = Random(seed: 3)
      for _ in 0..<3 {
        let value = Message.random(&random)
        let text = try Protoc.decode(value.serialized(), as: type.fullName)
        let bytes = try Protoc.encode(text, as: type.fullName)
        let read = try Message(serializedBytes: bytes.span)
        // As text, because protoc sorts the entries of a map.
        #expect(try Protoc.decode(read.serialized(), as: type.fullName) == text)
      }
    }
    try check(type)
  }

  @Test("The other alternative of each oneof")
  func alternatives() throws {
    let refused = ProvisioningV1.BatchCreateUsersResponse(index: 1, result: .status(.sample))
    let text = "index: 1 status { \(GoogleRPC.Status.sampleText) }"
    let alive = ProvisioningV1.TailAuditEventsResponse(
      position: "p", content: .heartbeat(.sample))
    let aliveText = "position: \"p\" heartbeat { \(ProvisioningV1.Heartbeat.sampleText) }"

    #expect(
      try Protoc.decode(refused.serialized(), as: "provisioning.v1.BatchCreateUsersResponse")
        == Protoc.collapsed(text))
    #expect(
      try ProvisioningV1.BatchCreateUsersResponse(serializedBytes: refused.serialized().span)
        == refused)
    #expect(
      try Protoc.decode(alive.serialized(), as: "provisioning.v1.TailAuditEventsResponse")
        == Protoc.collapsed(aliveText))
    #expect(
      try ProvisioningV1.TailAuditEventsResponse(serializedBytes: alive.serialized().span)
        == alive)
  }

  @Test("Reflection v1alpha is v1 on the wire")
  func reflectionV1Alpha() throws {
    func check<Message: SampleMessage>(_ type: Message.Type) throws {
      let name = type.fullName.replacing(".v1.", with: ".v1alpha.")
      #expect(
        try Protoc.decode(type.sample.serialized(), as: name)
          == Protoc.collapsed(type.sampleText))
      var random = Random(seed: 4)
      for _ in 0..<20 {
        let bytes = Message.random(&random).serialized()
        #expect(
          try Protoc.decode(bytes, as: name) == Protoc.decode(bytes, as: type.fullName))
      }
    }
    try check(GRPCReflectionV1Alpha.ServerReflectionRequest.self)
    try check(GRPCReflectionV1Alpha.ServerReflectionResponse.self)
  }
}
