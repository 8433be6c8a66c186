import CMessages

/// Copies the members of C structs into Swift values, and notes the texts that are none.
struct MessageReader {
  /// How many paths of invalid texts are noted: more than a person mends by hand, and few enough
  /// that an answer which names them stays small.
  static let invalidTextLimit = 100

  /// Paths of invalid texts, in the order of the fields.
  private(set) var invalidText: [String] = []

  /// A `string` field: UTF-8 without U+0000.
  ///
  /// Lends its bytes, which are none where it is no text.
  mutating func withText<Result>(
    _ data: ProtobufCBinaryData, _ path: @autoclosure () -> String,
    _ body: (Span<UInt8>) -> Result
  ) -> Result {
    guard unsafe data.len > 0, let start = unsafe data.data else { return body([UInt8]().span) }
    let bytes = unsafe Span(_unsafeStart: start, count: data.len)
    if Self.isASCIIWithoutNUL(bytes) { return body(bytes) }
    if (try? UTF8Span(validating: bytes)) != nil, !Self.containsNUL(bytes) { return body(bytes) }
    if invalidText.count < Self.invalidTextLimit { invalidText.append(path()) }
    return body([UInt8]().span)
  }

  /// A `string` field: UTF-8 without U+0000.
  mutating func text(_ data: ProtobufCBinaryData, _ path: @autoclosure () -> String) -> String {
    guard unsafe data.len > 0, let start = unsafe data.data else { return "" }
    let bytes = unsafe Span(_unsafeStart: start, count: data.len)
    if Self.isASCIIWithoutNUL(bytes) {
      return String(copying: unsafe UTF8Span(unchecked: bytes, isKnownASCII: true))
    }
    // Half the cost of `String(validating:as:)`.
    if let text = try? UTF8Span(validating: bytes), !Self.containsNUL(bytes) {
      return String(copying: text)
    }
    if invalidText.count < Self.invalidTextLimit { invalidText.append(path()) }
    return ""
  }

  /// What nearly all text is. It looks at eight bytes at a time: subtracting 1 borrows into the top
  /// bit of a byte that is 0, which is set in a byte that is not ASCII already.
  private static func isASCIIWithoutNUL(_ bytes: Span<UInt8>) -> Bool {
    unsafe bytes.withUnsafeBytes { bytes in
      var topBits: UInt64 = 0
      var position = 0
      while position + 8 <= bytes.count {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        topBits |= word | (word &- 0x0101_0101_0101_0101)
        position += 8
      }
      while position < bytes.count {
        let byte = unsafe bytes[position]
        topBits |= UInt64(byte | (byte &- 1))
        position += 1
      }
      return topBits & 0x8080_8080_8080_8080 == 0
    }
  }

  private static func containsNUL(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices where bytes[index] == 0 { return true }
    return false
  }

  /// A `repeated string` field.
  mutating func texts(
    _ count: Int, _ elements: UnsafeMutablePointer<ProtobufCBinaryData>?,
    _ path: @autoclosure () -> String
  ) -> [String] {
    var texts: [String] = []
    texts.reserveCapacity(count)
    for unsafe(index, element) in unsafe UnsafeBufferPointer(start: elements, count: count)
      .enumerated()
    {
      unsafe texts.append(text(element, "\(path())[\(index)]"))
    }
    return texts
  }

  /// A `bytes` field.
  func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: data.data, count: data.len))
  }

  /// A `repeated bytes` field.
  func byteStrings(_ count: Int, _ elements: UnsafeMutablePointer<ProtobufCBinaryData>?)
    -> [[UInt8]]
  {
    unsafe UnsafeBufferPointer(start: elements, count: count).map { unsafe bytes($0) }
  }

  /// A `repeated` number field.
  func numbers<Number: FixedWidthInteger>(
    _ count: Int, _ elements: UnsafeMutablePointer<Number>?
  ) -> [Number] {
    unsafe Array(UnsafeBufferPointer(start: elements, count: count))
  }

  /// A message field; `nil` when it is absent.
  mutating func message<Value: CRepresentable>(
    _ message: UnsafeMutablePointer<Value.CMessage>?, _ path: @autoclosure () -> String
  ) -> Value? {
    guard let message = unsafe message else { return nil }
    return unsafe Value(message, &self) { "\(path())." }
  }

  /// A `repeated` message field.
  mutating func messages<Value: CRepresentable>(
    _ count: Int, _ elements: UnsafeMutablePointer<UnsafeMutablePointer<Value.CMessage>?>?,
    _ path: @autoclosure () -> String
  ) -> [Value] {
    unsafe self.elements(count, elements) { message, index, reader in
      unsafe Value(message, &reader) { "\(path())[\(index)]." }
    }
  }

  /// A `repeated` message field, each message turned into what `make` makes of it.
  mutating func elements<CMessage, Element>(
    _ count: Int, _ messages: UnsafeMutablePointer<UnsafeMutablePointer<CMessage>?>?,
    _ make: (UnsafePointer<CMessage>, _ index: Int, inout MessageReader) -> Element
  ) -> [Element] {
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for index in 0..<count {
      guard let message = unsafe messages?[index] else { continue }
      unsafe elements.append(make(message, index, &self))
    }
    return elements
  }

  /// A `map<string, string>` field.
  mutating func map<Entry>(
    _ count: Int, _ elements: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?,
    _ path: @autoclosure () -> String,
    _ members: (Entry) -> (key: ProtobufCBinaryData, value: ProtobufCBinaryData)
  ) -> StringMap {
    let entries = unsafe self.elements(count, elements) { entry, index, reader in
      let (key, value) = unsafe members(entry.pointee)
      return unsafe StringMap.Entry(
        key: reader.text(key, "\(path())[\(index)].key"),
        value: reader.text(value, "\(path())[\(index)].value"))
    }
    return StringMap(entries)
  }

  /// An enum field.
  func enumeration<Value: ProtobufEnum, Number: CEnum>(_ number: Number) -> Value {
    Value(number: Int32(bitPattern: number.rawValue))
  }

  /// A `repeated` enum field.
  func enumerations<Value: ProtobufEnum, Number: CEnum>(
    _ count: Int, _ elements: UnsafeMutablePointer<Number>?
  ) -> [Value] {
    unsafe UnsafeBufferPointer(start: elements, count: count).map { enumeration($0) }
  }
}
