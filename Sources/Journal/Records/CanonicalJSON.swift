/// Writes canonical JSON (RFC 8785): no white space, the shortest escapes, names in ascending
/// order. The order is the writer's duty; only integers within ±2^53 are given.
struct CanonicalJSON {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// - Parameter byteCount: room for the whole text, so that writing it allocates once.
  init(reserving byteCount: Int = 1024) {
    bytes.reserveCapacity(byteCount)
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
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
    for element in elements { each(&self, element) }
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  mutating func string(_ text: String) {
    separate()
    quote(text)
    needsComma = true
  }

  mutating func integer(_ number: Int64) {
    separate()
    bytes.append(contentsOf: String(number).utf8)
    needsComma = true
  }

  /// Starts a member; its value follows. The name holds nothing that needs an escape.
  mutating func name(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(contentsOf: "\":".utf8)
    needsComma = false
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

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    bytes.append(utf8Of: text)
    // Few texts have anything to escape: what was written is looked at, and then mostly stays.
    if Self.needsEscape(bytes.span.extracting(start...)) {
      let plain = Array(bytes[start...])
      bytes.removeSubrange(start...)
      appendEscaped(plain)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Without an early end, so that many bytes are looked at together.
  private static func needsEscape(_ text: Span<UInt8>) -> Bool {
    var found = false
    unsafe text.withUnsafeBufferPointer { text in
      for index in 0..<text.count {
        let byte = unsafe text[index]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { found = true }
      }
    }
    return found
  }

  /// What stands between two escapes goes in one piece.
  private mutating func appendEscaped(_ plain: [UInt8]) {
    var start = 0
    for index in plain.indices {
      let byte = plain[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
        continue
      }
      bytes.append(contentsOf: plain[start..<index])
      appendEscaped(byte)
      start = index + 1
    }
    bytes.append(contentsOf: plain[start...])
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0..<0x20: bytes.append(contentsOf: Self.escape(byte).utf8)
    default: bytes.append(byte)
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

extension [UInt8] {
  /// Appends the bytes of a text, in one piece.
  mutating func append(utf8Of text: String) {
    let isAppended: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
      unsafe append(contentsOf: $0)
    }
    if isAppended == nil { append(contentsOf: text.utf8) }
  }
}
