import Messages
import Testing

@Suite struct TextTests {
  typealias Request = ProvisioningV1.CreateUserRequest

  private func error<Message: ProtobufMessage>(
    _ type: Message.Type, _ bytes: [UInt8]
  ) -> MessageError? {
    do throws(MessageError) {
      _ = try Message(serializedBytes: bytes.span)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "Bytes that are no UTF-8, or hold U+0000, are refused with the field's path",
    arguments: [
      [0x00], [0x61, 0x00, 0x62], [0x61, 0x00], [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
      Array(repeating: 0x61, count: 100) + [0], Array(repeating: 0x61, count: 100) + [0xC3, 0x28],
    ] as [[UInt8]])
  func invalid(_ content: [UInt8]) {
    #expect(
      error(Request.self, WireBytes.field(2, content)) == .invalidText(fields: ["username"]))
  }

  @Test("All of them at once, by the place of a list's or map's element")
  func paths() {
    let bad: [UInt8] = [0xFF]
    let attribute = WireBytes.field(1, "email") + WireBytes.field(2, "a@example.com")
    let bytes =
      WireBytes.field(1, bad)
      + WireBytes.field(3, attribute)
      + WireBytes.field(3, WireBytes.field(1, bad) + WireBytes.field(2, bad))
      + WireBytes.field(4, WireBytes.field(2, [0x00]))
      + WireBytes.field(5, bad)
      + WireBytes.field(9, WireBytes.field(1, "secret-key") + WireBytes.field(2, bad))
      + WireBytes.field(9, WireBytes.field(1, bad) + WireBytes.field(2, "value"))
      + WireBytes.field(10, bad)
      + WireBytes.field(12, bad)
    let paths = [
      "organization", "user_attributes[1].name", "user_attributes[1].value",
      "validation_data[0].value", "temporary_password", "client_metadata[0].value",
      "client_metadata[1].key", "request_id", "user_pool_id",
    ]
    #expect(error(Request.self, bytes) == .invalidText(fields: paths))
    #expect(
      error(
        ProvisioningV1.BatchCreateUsersRequest.self, WireBytes.field(2, bytes))
        == .invalidText(fields: paths.map { "request.\($0)" }))
    #expect(
      error(
        ProvisioningV1.AuditEvent.self, WireBytes.field(21, "a") + WireBytes.field(21, bad))
        == .invalidText(fields: ["fields[1]"]))
    #expect(
      error(
        ProvisioningV1.BatchCreateUsersResponse.self,
        WireBytes.field(3, WireBytes.field(3, WireBytes.field(1, bad))))
        == .invalidText(fields: ["status.details[0].type_url"]))
  }

  @Test("No more than a hundred paths are named")
  func limit() {
    let bad = WireBytes.field(3, WireBytes.field(1, [0xFF]))
    guard
      case .invalidText(let fields) = error(
        Request.self, (0..<1000).flatMap { _ in bad })
    else {
      Issue.record("not refused")
      return
    }
    #expect(fields.count == 100)
    #expect(fields.last == "user_attributes[99].name")
  }

  @Test("Every other scalar value is kept")
  func scalars() throws {
    let edges: [Unicode.Scalar] = [
      "\u{1}", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FEFF}",
      "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
    ]
    for edge in edges {
      let text = "a\(edge)b" + String(repeating: String(edge), count: 40)
      let read = try Request(serializedBytes: WireBytes.field(2, text).span)
      #expect(Array(read.username.utf8) == Array(text.utf8))
    }
  }

  @Test("Of a repeated field the last one wins")
  func lastWins() throws {
    let read = try Request(
      serializedBytes: (WireBytes.field(2, "first") + WireBytes.field(2, "last")).span)
    #expect(read.username == "last")
  }

  @Test("A message does not print what is in it")
  func silence() {
    let request = Request.sample
    let metadata = request.clientMetadata
    var dumped = ""
    dump(request, to: &dumped)
    for text in [
      "\(request)", String(reflecting: request), dumped, "\(request.userAttributes)",
      "\(metadata)", String(reflecting: metadata), "\(metadata.entries)",
    ] {
      #expect(!text.contains("temporary_password"))
      #expect(!text.contains("value"))
    }
  }
}
