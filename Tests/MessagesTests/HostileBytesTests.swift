import Messages
import Testing

@Suite struct HostileBytesTests {
  typealias Request = ProvisioningV1.CreateUserRequest

  private func error(_ bytes: [UInt8]) -> MessageError? {
    do throws(MessageError) {
      _ = try Request(serializedBytes: bytes.span)
      return nil
    } catch {
      return error
    }
  }

  @Test("A message that is cut is read only where a field ends", arguments: messageTypes)
  func truncation(_ type: any SampleMessage.Type) {
    func check<Message: SampleMessage>(_ type: Message.Type) {
      let bytes = type.sample.serialized()
      let boundaries = WireBytes.fieldBoundaries(bytes)
      for count in 0..<bytes.count {
        let cut = Array(bytes[..<count])
        if boundaries.contains(count) {
          #expect(throws: Never.self) { try Message(serializedBytes: cut.span) }
        } else {
          #expect(throws: MessageError.malformed) { try Message(serializedBytes: cut.span) }
        }
      }
    }
    check(type)
  }

  @Test(
    "What is no wire format is malformed",
    arguments: [
      // Field number 0.
      [0x00], [0x02, 0x00],
      // Wire types that proto3 does not have, or nobody.
      [0x0B], [0x0C], [0x0E, 0], [0x0F, 0],
      // A length without its content, and one beyond every length.
      [0x0A, 0x05, 0x61], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      // A varint without end, as a tag and as a value.
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
      [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      // A string as a number, an enum as a string, a message as fixed64.
      [0x08, 0x01], [0x3A, 0x01, 0x01], [0x19, 0, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func malformed(_ bytes: [UInt8]) {
    #expect(error(bytes) == .malformed)
  }

  @Test("Many small submessages do not take memory without bound")
  func manySubmessages() {
    let empty: [UInt8] = [0x1A, 0x00]
    #expect(error((0..<32 * 1024).flatMap { _ in empty }) == .tooComplex)
    #expect(error((0..<1024).flatMap { _ in empty }) == nil)
    let entry: [UInt8] = [0x4A, 0x00]
    #expect(error((0..<32 * 1024).flatMap { _ in entry }) == .tooComplex)
    let unknown: [UInt8] = [0xA0, 0x06, 0x00]
    #expect(error((0..<64 * 1024).flatMap { _ in unknown }) == .tooComplex)
  }

  @Test("A large message of usual density is read")
  func largeMessage() throws {
    let value = String(repeating: "v", count: 2048)
    let request = Request(
      userAttributes: (0..<2000).map { .init(name: "custom:\($0)", value: value) })
    #expect(try Request(serializedBytes: request.serialized().span) == request)
    let dense = Request(userAttributes: (0..<2000).map { .init(name: "\($0)", value: "") })
    #expect(try Request(serializedBytes: dense.serialized().span) == dense)
  }

  @Test("Nesting is not followed into unknown fields")
  func deepNesting() {
    let groups = (0..<10_000).flatMap { _ in WireBytes.tag(100, wireType: 3) }
    #expect(error(groups) == .malformed)
    var nested: [UInt8] = []
    for _ in 0..<10_000 { nested = WireBytes.tag(100, wireType: 2) + [0x7F] + nested }
    #expect(error(WireBytes.field(100, nested)) == nil)
    #expect(error(WireBytes.field(3, WireBytes.field(100, nested))) == nil)
  }

  @Test("Unknown fields of every wire type are ignored")
  func unknownFields() throws {
    let unknown =
      WireBytes.tag(100, wireType: 0) + [1]
      + WireBytes.tag(101, wireType: 1) + Array(repeating: 7, count: 8)
      + WireBytes.field(102, "x")
      + WireBytes.tag(103, wireType: 5) + Array(repeating: 7, count: 4)
    let bytes = unknown + Request.sample.serialized() + unknown
    #expect(try Request(serializedBytes: bytes.span) == .sample)
  }

  @Test("20,000 mutations end in a value or in an error", arguments: 0..<8)
  func mutation(_ seed: Int) {
    var random = Random(seed: UInt64(seed))
    var outcomes = [0, 0]
    for _ in 0..<2500 {
      guard let type = messageTypes.randomElement(using: &random) else { continue }
      outcomes[mutateAndRead(type, &random) ? 0 : 1] += 1
    }
    #expect(outcomes.allSatisfy { $0 > 100 })
  }

  /// Whether the mutated bytes are a message; if so, it can be written and read again.
  private func mutateAndRead<Message: SampleMessage>(
    _ type: Message.Type, _ random: inout Random
  ) -> Bool {
    var bytes = Message.random(&random).serialized()
    for _ in 0...Int.random(in: 0...4, using: &random) {
      let position = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0...3, using: &random) {
      case 0 where position < bytes.count: bytes[position] = .random(in: 0...255, using: &random)
      case 1 where position < bytes.count:
        bytes[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 2: bytes.removeSubrange(position..<min(position + 3, bytes.count))
      default: bytes.insert(contentsOf: random.bytes(), at: position)
      }
    }
    guard let value = try? Message(serializedBytes: bytes.span) else { return false }
    let again = try? Message(serializedBytes: value.serialized().span)
    #expect(again == value)
    return true
  }
}
