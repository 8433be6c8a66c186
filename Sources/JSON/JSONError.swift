/// Why bytes could not be read. It says nothing of them: they may hold a person's data.
package enum JSONError: Error, Equatable, Sendable {
  /// Not JSON as of RFC 8259, or not UTF-8.
  case malformed
  /// Deeper than ``JSONReader/maximumDepth``.
  case tooDeep
  /// JSON of another type than the one asked for: of this one.
  case unexpectedType(JSONKind)
  /// A number that does not fit what it stands for.
  case outOfRange
}

/// The types of RFC 8259, section 3.
package enum JSONKind: Sendable {
  case object, array, string, number, boolean, null

  /// By the first byte of a value; `nil` when none begins so.
  init?(firstByte: UInt8) {
    switch firstByte {
    case UInt8(ascii: "{"): self = .object
    case UInt8(ascii: "["): self = .array
    case UInt8(ascii: "\""): self = .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .boolean
    case UInt8(ascii: "n"): self = .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): self = .number
    default: return nil
    }
  }
}
