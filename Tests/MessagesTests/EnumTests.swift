import Messages
import Testing

@Suite struct EnumTests {
  @Test("Each case has the number that the contract gives its name")
  func numbers() throws {
    try check("message_action", [.unspecified, .send, .suppress, .resend]) {
      ProvisioningV1.CreateUserRequest(messageAction: $0)
    }
    try check("delivery_medium", [.unspecified, .sms, .email]) {
      ProvisioningV1.MfaOption(deliveryMedium: $0)
    }
    try check(
      "user_status",
      [
        .unspecified, .unconfirmed, .confirmed, .archived, .compromised, .unknown, .resetRequired,
        .forceChangePassword, .externalProvider,
      ]
    ) { ProvisioningV1.User(userStatus: $0) }
    try check(
      "state", prefix: "invitation_", [.unspecified, .sent, .suppressed, .failed, .resent]
    ) { ProvisioningV1.Invitation(state: $0) }
    try check(
      "effect", [.unspecified, .defaulted, .fixed, .normalized, .suppressed, .generated]
    ) { ProvisioningV1.PolicyDecision(effect: $0) }
    try check(
      "state", prefix: "creation_",
      [
        .unspecified, .intent, .succeeded, .failed, .unknown, .reconciledCreated,
        .reconciledAbsent, .existsForeign, .unresolved, .operatorResolved,
      ]
    ) { ProvisioningV1.Creation(state: $0) }
    try check(
      "evidence",
      [
        .unspecified, .markerAttribute, .generatedUsername, .createTimeAndAttributes, .operator,
      ]
    ) { ProvisioningV1.Creation(evidence: $0) }
    try check(
      "kind", prefix: "audit_event_",
      [
        .unspecified, .created, .resent, .failed, .inDoubt, .denied, .intended, .reconciledCreated,
        .reconciledAbsent, .existsForeign, .unresolved, .operatorResolved, .started, .stopped,
        .auditQueried, .auditTailed, .auditExported,
        .policyChanged, .keysRotated, .keysDestroyed, .erased, .recordsExpired, .backedUp,
      ]
    ) { ProvisioningV1.AuditEvent(kind: $0) }
    try check(
      "caller_authentication", [.unspecified, .anonymous, .token, .mtls, .jwt, .operator]
    ) { ProvisioningV1.AuditEvent(callerAuthentication: $0) }
  }

  @Test("gRPC's own enum has no prefix in its names")
  func servingStatus() throws {
    typealias Response = GRPCHealthV1.HealthCheckResponse
    let names: [(Response.ServingStatus, String)] = [
      (.serving, "SERVING"), (.notServing, "NOT_SERVING"), (.serviceUnknown, "SERVICE_UNKNOWN"),
      (.unrecognized(9), "9"),
    ]
    for (status, name) in names {
      let text = try Protoc.decode(Response(status: status).serialized(), as: Response.fullName)
      #expect(text == "status: \(name)")
      #expect(Response.ServingStatus(number: status.number) == status)
    }
    #expect(Response.ServingStatus(number: 0) == .unknown)
  }

  /// The names that protoc prints are the cases' names in upper case behind the enum's name.
  private func check<Value: ProtobufEnum, Message: SampleMessage>(
    _ field: String, prefix: String = "", _ cases: [Value], _ message: (Value) -> Message
  ) throws {
    for (number, value) in cases.enumerated() {
      #expect(value.number == Int32(number))
      #expect(Value(number: Int32(number)) == value)
      guard number > 0 else { continue }
      let text = try Protoc.decode(message(value).serialized(), as: Message.fullName)
      #expect(text == "\(field): \((prefix + field).uppercased())_\(snakeCase("\(value)"))")
    }
    let next = Int32(cases.count)
    #expect(Value(number: next).number == next)
    #expect("\(Value(number: next))" == "unrecognized(\(next))")
  }

  private func snakeCase(_ name: String) -> String {
    name.map { $0.isUppercase ? "_\($0)" : $0.uppercased() }.joined()
  }

  @Test("Unknown numbers are kept", arguments: [Int32.min, -1, 4, 1000, .max])
  func unknown(_ number: Int32) throws {
    let request = ProvisioningV1.CreateUserRequest(
      messageAction: .unrecognized(number),
      desiredDeliveryMediums: [.unrecognized(number), .email])
    let read = try ProvisioningV1.CreateUserRequest(serializedBytes: request.serialized().span)
    #expect(read.messageAction == .unrecognized(number))
    #expect(read.desiredDeliveryMediums == [.unrecognized(number), .email])
  }

  @Test("A list of enums is read packed and one by one")
  func packed() throws {
    let packed: [UInt8] = [0x42, 2, 1, 2]
    let single: [UInt8] = [0x40, 1, 0x40, 2]
    for bytes in [packed, single, packed + single] {
      let read = try ProvisioningV1.CreateUserRequest(serializedBytes: bytes.span)
      #expect(
        read.desiredDeliveryMediums
          == (bytes.count > 4 ? [.sms, .email, .sms, .email] : [.sms, .email]))
    }
  }
}
