import Testing

@testable import Server

@Suite struct WireFieldsTests {
  private func read(_ bytes: [UInt8]) throws -> [(Int, WireFields.Value)] {
    var fields = WireFields(bytes[...])
    var found: [(Int, WireFields.Value)] = []
    while let field = try fields.next() { found.append(field) }
    return found
  }

  @Test func everyWireType() throws {
    let bytes: [UInt8] = [
      0x08, 0x96, 0x01,
      0x12, 2, 0x61, 0x62,
      0x19, 1, 2, 3, 4, 5, 6, 7, 8,
      0x25, 1, 2, 3, 4,
      0xA2, 0x06, 0,
      0x28, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01,
    ]
    let found = try read(bytes)
    #expect(found.map(\.0) == [1, 2, 3, 4, 100, 5])
    #expect(
      found.map(\.1) == [
        .number(150), .bytes([0x61, 0x62]), .fixed, .fixed, .bytes([]), .number(.max),
      ])
    #expect(try read([]).isEmpty)
  }

  @Test(
    arguments: [
      // Field number 0, groups, unknown wire types.
      [0x00, 0], [0x0B], [0x0C], [0x0E], [0x0F],
      // Cut: tag, varint, length, content, fixed.
      [0x88], [0x08], [0x08, 0x80], [0x0A], [0x0A, 2, 0x61], [0x09, 1, 2, 3], [0x0D, 1],
      // A varint without end, a length beyond every length.
      [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ] as [[UInt8]])
  func malformed(bytes: [UInt8]) {
    #expect(throws: WireFields.Malformed.self) { try read(bytes) }
  }
}
