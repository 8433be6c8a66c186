import CMessages

/// Swift values to members of C structs, which live as long as the arena.
extension Arena {
  /// Memory for `count` values, not initialized.
  mutating func array<Value>(of type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
    let memory = unsafe take(byteCount: count * MemoryLayout<Value>.stride)
    return unsafe memory.bindMemory(to: Value.self, capacity: count)
  }

  /// A `string` field.
  mutating func text(_ text: String) -> ProtobufCBinaryData {
    let count = text.utf8.count
    guard count > 0 else { return unsafe ProtobufCBinaryData() }
    let copy = unsafe array(of: UInt8.self, count: count)
    let target = unsafe UnsafeMutableBufferPointer(start: copy, count: count)
    // A part of the cost of copying a span or a collection: no reference is counted, and nothing is
    // asked twice. Text of another memory than Swift's own is copied as a collection.
    if unsafe text.utf8.withContiguousStorageIfAvailable({ unsafe target.initialize(from: $0) })
      == nil
    {
      _ = unsafe target.initialize(from: text.utf8)
    }
    return unsafe ProtobufCBinaryData(len: count, data: copy)
  }

  /// A `bytes` field.
  mutating func bytes(_ bytes: [UInt8]) -> ProtobufCBinaryData {
    guard !bytes.isEmpty else { return unsafe ProtobufCBinaryData() }
    let copy = unsafe array(of: UInt8.self, count: bytes.count)
    _ = unsafe UnsafeMutableBufferPointer(start: copy, count: bytes.count).initialize(from: bytes)
    return unsafe ProtobufCBinaryData(len: bytes.count, data: copy)
  }

  /// A `repeated string` field.
  mutating func texts(_ texts: [String]) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
    unsafe elements(texts) { text, arena in unsafe arena.text(text) }
  }

  /// A `repeated bytes` field.
  mutating func byteStrings(
    _ values: [[UInt8]]
  ) -> (Int, UnsafeMutablePointer<ProtobufCBinaryData>?) {
    unsafe elements(values) { value, arena in unsafe arena.bytes(value) }
  }

  /// A `repeated` number field.
  mutating func numbers<Number: FixedWidthInteger>(
    _ values: [Number]
  ) -> (Int, UnsafeMutablePointer<Number>?) {
    unsafe elements(values) { value, _ in value }
  }

  /// Adds an element to a `repeated` field that is not known whole. Memory for the elements doubles
  /// where a power of two is full, so that their number says how much there is.
  mutating func append<Element>(
    _ element: Element, _ count: inout Int, _ elements: inout UnsafeMutablePointer<Element>?
  ) {
    if count == 0 || count >= Self.firstElements && count & (count - 1) == 0 {
      let larger = unsafe array(of: Element.self, count: max(Self.firstElements, 2 * count))
      if let old = unsafe elements { unsafe larger.moveInitialize(from: old, count: count) }
      unsafe elements = unsafe larger
    }
    unsafe elements?.advanced(by: count).initialize(to: element)
    count += 1
  }

  /// Room for the elements of a usual list; a power of two.
  private static let firstElements = 16

  /// A message field.
  mutating func message<Value: CRepresentable>(
    _ value: Value?
  ) -> UnsafeMutablePointer<Value.CMessage>? {
    guard let value else { return nil }
    let message = unsafe array(of: Value.CMessage.self, count: 1)
    unsafe value.fill(message, &self)
    return unsafe message
  }

  /// A `repeated` message field.
  mutating func messages<Value: CRepresentable>(
    _ values: [Value]
  ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Value.CMessage>?>?) {
    unsafe elements(values) { value, arena in
      let message = unsafe arena.array(of: Value.CMessage.self, count: 1)
      unsafe value.fill(message, &arena)
      return unsafe message
    }
  }

  /// A `map<string, string>` field.
  mutating func map<Entry>(
    _ map: StringMap,
    _ fill: (
      _ key: ProtobufCBinaryData, _ value: ProtobufCBinaryData, _ entry: UnsafeMutablePointer<Entry>
    ) -> Void
  ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?) {
    unsafe elements(map.entries) { entry, arena in
      let message = unsafe arena.array(of: Entry.self, count: 1)
      unsafe fill(arena.text(entry.key), arena.text(entry.value), message)
      return unsafe message
    }
  }

  /// A map field whose values are messages.
  mutating func entries<Element, Entry>(
    _ values: [Element],
    _ fill: (_ value: Element, _ entry: UnsafeMutablePointer<Entry>, inout Arena) -> Void
  ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>?) {
    unsafe elements(values) { value, arena in
      let entry = unsafe arena.array(of: Entry.self, count: 1)
      unsafe fill(value, entry, &arena)
      return unsafe entry
    }
  }

  /// An enum field.
  func enumeration<Value: ProtobufEnum, Number: CEnum>(_ value: Value) -> Number {
    Number(UInt32(bitPattern: value.number))
  }

  /// A `repeated` enum field.
  mutating func enumerations<Value: ProtobufEnum, Number: CEnum>(
    _ values: [Value]
  ) -> (Int, UnsafeMutablePointer<Number>?) {
    unsafe elements(values) { value, arena in arena.enumeration(value) }
  }

  private mutating func elements<Value, Element>(
    _ values: [Value], _ make: (Value, inout Arena) -> Element
  ) -> (Int, UnsafeMutablePointer<Element>?) {
    guard !values.isEmpty else { return (0, nil) }
    let elements = unsafe array(of: Element.self, count: values.count)
    // The span lends its elements: no reference is counted.
    let span = values.span
    for index in span.indices {
      unsafe elements.advanced(by: index).initialize(to: make(span[index], &self))
    }
    return unsafe (values.count, elements)
  }
}
