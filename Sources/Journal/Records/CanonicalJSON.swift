import JSON
import Text

/// Writes canonical JSON (RFC 8785): no white space, the shortest escapes, names in ascending
/// order. The order is the writer's duty; only integers within ±2^53 are given.
struct CanonicalJSON {
  /// Bytes that one becomes at most: `\u001f`.
  private static let longestEscape = 6
  /// Bytes around a text at most: comma, two quotation marks, colon.
  private static let longestFrame = 4

  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// - Parameter byteCount: room for the whole text, so that writing it allocates once.
  init(reserving byteCount: Int = 1024) {
    bytes.reserveCapacity(byteCount)
  }

  /// Writes a value at the end of other bytes, in their memory.
  static func append(to bytes: inout [UInt8], _ value: (inout CanonicalJSON) -> Void) {
    var json = CanonicalJSON(reserving: 0)
    swap(&json.bytes, &bytes)
    value(&json)
    swap(&json.bytes, &bytes)
  }

  mutating func object(_ members: (inout CanonicalJSON) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
    members(&self)
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  mutating func array<Element>(
    _ elements: some Sequence<Element>, _ each: (inout CanonicalJSON, Element) -> Void
  ) {
    beginArray()
    for element in elements { each(&self, element) }
    endArray()
  }

  /// An array of two texts.
  mutating func pair(_ first: String, _ second: String) {
    beginArray()
    string(first)
    string(second)
    endArray()
  }

  private mutating func beginArray() {
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
  }

  private mutating func endArray() {
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  mutating func string(_ text: String) {
    let text = text.utf8.span
    // Few texts have anything to escape.
    let isPlain = PlainText.end(in: text, from: 0) == text.count
    if isPlain { quote(text) } else { quoteEscaped(text) }
  }

  mutating func integer(_ number: Int64) {
    separate()
    bytes.append(decimal: number)
    needsComma = true
  }

  /// Starts a member; its value follows. The name holds nothing that needs an escape.
  mutating func name(_ name: StaticString) {
    quote(plain: name, isName: true)
  }

  /// A member that is left out when there is no value.
  mutating func member(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    self.name(name)
    string(text)
  }

  /// A member that is left out when there is no value.
  mutating func member(_ name: StaticString, _ number: Int64?) {
    guard let number else { return }
    self.name(name)
    integer(number)
  }

  /// A member whose text holds nothing that needs an escape.
  mutating func member(_ name: StaticString, plain text: StaticString) {
    self.name(name)
    quote(plain: text)
  }

  /// A member whose value was written before, in the same form; left out when there is none.
  ///
  /// - Parameter text: where it stands.
  mutating func member(_ name: StaticString, verbatim value: Range<Int>?, in text: [UInt8]) {
    guard let value else { return }
    self.name(name)
    unsafe text.span.extracting(value).withUnsafeBufferPointer {
      unsafe bytes.append(contentsOf: $0)
    }
    needsComma = true
  }

  /// A member with a text in UTF-8 that is known to need escapes.
  mutating func member(_ name: StaticString, escaping text: Span<UInt8>) {
    self.name(name)
    quoteEscaped(text)
  }

  /// A member with a text of hexadecimal digits.
  mutating func member(_ name: StaticString, hexadecimal data: some Sequence<UInt8>) {
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(hexadecimal: data)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// A member with a text of decimal digits, zeros in front.
  mutating func member(_ name: StaticString, _ number: Int64, digits: Int) {
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(decimal: number, digits: digits)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  /// Writes a text that has nothing to escape, with all that is around it in one piece: most of what
  /// is written are names and texts.
  private mutating func quote(_ text: Span<UInt8>, isName: Bool = false) {
    let isSeparated = needsComma
    bytes.append(addingCapacity: text.count + Self.longestFrame) { output in
      if isSeparated { output.append(UInt8(ascii: ",")) }
      output.append(UInt8(ascii: "\""))
      output.append(copying: text)
      output.append(UInt8(ascii: "\""))
      if isName { output.append(UInt8(ascii: ":")) }
    }
    needsComma = !isName
  }

  /// - Parameter text: has nothing that needs an escape.
  private mutating func quote(plain text: StaticString, isName: Bool = false) {
    let text = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    quote(unsafe text.span, isName: isName)
  }

  private mutating func quoteEscaped(_ text: Span<UInt8>) {
    separate()
    bytes.append(addingCapacity: Self.longestEscape * text.count + 2) { output in
      output.append(UInt8(ascii: "\""))
      for index in text.indices {
        let byte = text[index]
        if PlainText.isPlain(byte) {
          output.append(byte)
        } else {
          Self.appendEscape(of: byte, to: &output)
        }
      }
      output.append(UInt8(ascii: "\""))
    }
    needsComma = true
  }

  private static func appendEscape(of byte: UInt8, to output: inout OutputSpan<UInt8>) {
    if byte < 0x20 {
      for byte in escape(byte).utf8 { output.append(byte) }
    } else {
      output.append(UInt8(ascii: "\\"))
      output.append(byte)
    }
  }

  private static func escape(_ control: UInt8) -> String {
    switch control {
    case 0x08: "\\b"
    case 0x09: "\\t"
    case 0x0A: "\\n"
    case 0x0C: "\\f"
    case 0x0D: "\\r"
    default: "\\u00" + hexadecimal([control])
    }
  }
}
