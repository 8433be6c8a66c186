/// The fields of one serialized protobuf message, one after the other, their contents unread.
///
/// Source: protobuf, "Encoding". Enough for google.protobuf.FileDescriptorSet, which protobuf-c
/// cannot generate code for without 8000 lines of C.
struct WireFields {
  enum Value: Equatable {
    /// A varint.
    case number(UInt64)
    /// A string, bytes or a message.
    case bytes(ArraySlice<UInt8>)
    /// Four or eight bytes, which no field that is looked at has.
    case fixed
  }

  /// Not the wire format.
  struct Malformed: Error, Equatable {}

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  /// The next field; nil behind the last.
  mutating func next() throws(Malformed) -> (number: Int, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let tag = try varint()
    guard let number = Int(exactly: tag >> 3), number > 0 else { throw Malformed() }
    switch tag & 7 {
    case 0: return (number, .number(try varint()))
    case 1:
      _ = try take(8)
      return (number, .fixed)
    case 2: return (number, .bytes(try take(varint())))
    case 5:
      _ = try take(4)
      return (number, .fixed)
    default: throw Malformed()
    }
  }

  private mutating func take(_ count: UInt64) throws(Malformed) -> ArraySlice<UInt8> {
    guard let count = Int(exactly: count), count <= rest.count else { throw Malformed() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private mutating func varint() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    // Ten groups of seven bits hold 64.
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { throw Malformed() }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw Malformed()
  }
}
