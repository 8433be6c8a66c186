import Text

/// Writes JSON (RFC 8259) into bytes, in one pass. Members and elements are separated by the writer.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  /// Whether the next member or element is the first of its object or array.
  private var isFirst = true

  /// - Parameter byteCount: room for the whole text, so that writing it allocates once.
  package init(reserving byteCount: Int = typicalByteCount) {
    bytes.reserveCapacity(byteCount)
  }

  /// Room for most requests and answers.
  package static let typicalByteCount = 1024

  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    begin(UInt8(ascii: "{"))
    members(&self)
    end(UInt8(ascii: "}"))
  }

  package mutating func array(_ elements: (inout JSONWriter) -> Void) {
    begin(UInt8(ascii: "["))
    elements(&self)
    end(UInt8(ascii: "]"))
  }

  /// The name of a member whose value comes next. It is written as it is: letters, digits
  /// and underscores only.
  package mutating func name(_ name: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(utf8Of: name)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    isFirst = true
  }

  /// The name of a member that a caller chose.
  package mutating func escapedName(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    isFirst = true
  }

  package mutating func string(_ value: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    bytes.append(utf8Of: value)
    // Few texts have anything to escape: what was written is looked at, and then mostly stays.
    let end = PlainText.end(in: bytes.span, from: start)
    if end < bytes.count {
      let rest = Array(bytes[end...])
      bytes.removeSubrange(end...)
      for byte in rest { appendEscaped(byte) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A text of which no copy is to be left in memory: UTF-8.
  package mutating func string(utf8 text: Span<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for index in text.indices { appendEscaped(text[index]) }
    bytes.append(UInt8(ascii: "\""))
  }

  package mutating func bool(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  package mutating func integer(_ value: Int) {
    separate()
    bytes.append(contentsOf: String(value).utf8)
  }

  /// Seconds of the Unix epoch with a fraction of three digits, as AWS JSON writes timestamps.
  ///
  /// - Parameter milliseconds: not before the epoch.
  package mutating func timestamp(milliseconds: Int64) {
    separate()
    let (seconds, fraction) = max(0, milliseconds).quotientAndRemainder(dividingBy: 1000)
    bytes.append(contentsOf: String(seconds).utf8)
    bytes.append(UInt8(ascii: "."))
    for digit in [fraction / 100, fraction / 10 % 10, fraction % 10] {
      bytes.append(UInt8(ascii: "0") + UInt8(digit))
    }
  }

  private mutating func separate() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    isFirst = true
  }

  private mutating func end(_ bracket: UInt8) {
    bytes.append(bracket)
    isFirst = false
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    guard !PlainText.isPlain(byte) else {
      bytes.append(byte)
      return
    }
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(UInt8(ascii: "0") + (byte >> 4))
      let low = byte & 0xF
      bytes.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
    }
  }
}
