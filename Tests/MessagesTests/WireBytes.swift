/// Pieces of the wire format, written by hand: what no encoder of ours would make.
enum WireBytes {
  static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func tag(_ field: UInt64, wireType: UInt64) -> [UInt8] {
    varint(field << 3 | wireType)
  }

  /// A string, bytes or message field.
  static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    tag(number, wireType: 2) + varint(UInt64(content.count)) + content
  }

  static func field(_ number: UInt64, _ text: String) -> [UInt8] {
    field(number, Array(text.utf8))
  }

  /// Where the fields of a valid message begin, and its end.
  static func fieldBoundaries(_ bytes: [UInt8]) -> Set<Int> {
    var boundaries: Set<Int> = [0]
    var position = 0
    func next() -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        value |= UInt64(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { break }
      }
      return value
    }
    while position < bytes.count {
      let wireType = next() & 7
      let value = next()
      if wireType == 2 { position += Int(value) }
      boundaries.insert(position)
    }
    return boundaries
  }
}
