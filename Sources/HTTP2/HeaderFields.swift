/// One field of a header or trailer section (RFC 9113 §8.2): a lower-case name and its value.
package struct HeaderField: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A header or trailer section in the order of the wire, repeated names kept apart.
///
/// All names and values lie in one array of bytes, so that a section costs two allocations however
/// many fields it has, and a name is compared without making a `String`. Bytes that are not UTF-8
/// (obs-text, RFC 9110 §5.5) are kept as they came; only the `String` views replace them by U+FFFD.
package struct HeaderFields: Sendable {
  /// Where one field lies in `bytes`: its name, directly followed by its value.
  struct Entry: Hashable, Sendable {
    let start: Int
    let nameCount: Int
    let valueCount: Int

    var name: Range<Int> { start..<(start + nameCount) }
    var value: Range<Int> { (start + nameCount)..<(start + nameCount + valueCount) }
  }

  /// Octets that RFC 9113 §6.5.2 adds to each field when the size of a section is counted.
  package static let overheadPerField = 32

  private(set) var bytes: [UInt8] = []
  private(set) var entries: [Entry] = []

  package init() {}

  /// The same section without the room that `other` has for more.
  init(trimming other: HeaderFields) {
    reserveCapacity(fields: other.entries.count, bytes: other.bytes.count)
    bytes.append(contentsOf: other.bytes)
    entries.append(contentsOf: other.entries)
  }

  /// The size of the section as SETTINGS_MAX_HEADER_LIST_SIZE counts it, in octets.
  package var listSize: Int { bytes.count + entries.count * Self.overheadPerField }

  package mutating func reserveCapacity(fields: Int, bytes byteCount: Int) {
    entries.reserveCapacity(fields)
    bytes.reserveCapacity(byteCount)
  }

  package mutating func removeAll(keepingCapacity: Bool) {
    entries.removeAll(keepingCapacity: keepingCapacity)
    bytes.removeAll(keepingCapacity: keepingCapacity)
  }

  /// Appends a field. The name must be in lower case (RFC 9113 §8.2.1).
  package mutating func append(name: String, value: String) {
    let start = bytes.count
    bytes.append(contentsOf: name.utf8)
    let nameCount = bytes.count - start
    bytes.append(contentsOf: value.utf8)
    entries.append(
      Entry(start: start, nameCount: nameCount, valueCount: bytes.count - start - nameCount))
  }

  /// Appends a field whose value is at hand as bytes. The name must be in lower case.
  package mutating func append(name: String, valueBytes: some Collection<UInt8>) {
    append(nameBytes: name.utf8, valueBytes: valueBytes)
  }

  package mutating func append(
    nameBytes: some Collection<UInt8>, valueBytes: some Collection<UInt8>
  ) {
    let start = bytes.count
    bytes.append(contentsOf: nameBytes)
    let nameCount = bytes.count - start
    bytes.append(contentsOf: valueBytes)
    entries.append(
      Entry(start: start, nameCount: nameCount, valueCount: bytes.count - start - nameCount))
  }

  /// The value of the first field with this name (in lower case).
  package func first(named name: String) -> String? {
    firstBytes(named: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of the value of the first field with this name (in lower case). No copy is made.
  package func firstBytes(named name: String) -> ArraySlice<UInt8>? {
    guard let position = firstIndex(named: name) else { return nil }
    return bytes[entries[position].value]
  }

  /// The values of all fields with this name (in lower case), in their order.
  package func values(named name: String) -> [String] {
    indices.filter { isName(at: $0, equalTo: name) }.map {
      String(decoding: bytes[entries[$0].value], as: UTF8.self)
    }
  }

  package func contains(named name: String) -> Bool {
    firstIndex(named: name) != nil
  }

  package func firstIndex(named name: String) -> Int? {
    firstIndex(nameEnd: name.utf8.span, isWhole: true)
  }

  /// The position of the first field, from `start` on, whose name ends in `suffix` (in lower case).
  package func firstIndex(from start: Int = 0, nameEndingIn suffix: String) -> Int? {
    firstIndex(from: start, nameEnd: suffix.utf8.span, isWhole: false)
  }

  private func firstIndex(
    from start: Int = 0, nameEnd: Span<UInt8>, isWhole: Bool
  ) -> Int? {
    let (bytes, entries) = (bytes.span, entries.span)
    for position in start..<entries.count {
      let count = entries[position].nameCount
      guard isWhole ? count == nameEnd.count : count >= nameEnd.count else { continue }
      // From the end: `:`, `grpc-` and `content-` are what names have in common.
      var (here, wanted) = (entries[position].start + count, nameEnd.count)
      while wanted > 0, bytes[here - 1] == nameEnd[wanted - 1] {
        here -= 1
        wanted -= 1
      }
      if wanted == 0 { return position }
    }
    return nil
  }

  /// Whether the field at this position has this name (in lower case).
  package func isName(at position: Int, equalTo name: String) -> Bool {
    bytes[entries[position].name].elementsEqual(name.utf8)
  }

  /// Whether the name of the field at this position ends in `suffix` (in lower case).
  package func isName(at position: Int, endingIn suffix: String) -> Bool {
    bytes[entries[position].name].suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  package func nameBytes(at position: Int) -> ArraySlice<UInt8> {
    bytes[entries[position].name]
  }

  package func valueBytes(at position: Int) -> ArraySlice<UInt8> {
    bytes[entries[position].value]
  }
}

extension HeaderFields: Equatable {}

extension HeaderFields: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { entries.count }

  package subscript(position: Int) -> HeaderField {
    HeaderField(
      name: String(decoding: nameBytes(at: position), as: UTF8.self),
      value: String(decoding: valueBytes(at: position), as: UTF8.self))
  }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    self.init()
    for (name, value) in elements {
      append(name: name, value: value)
    }
  }
}

extension HeaderFields: CustomStringConvertible, CustomReflectable {
  /// The names alone: a value may be a credential or personal data.
  package var description: String {
    "[" + map(\.name).joined(separator: ", ") + "]"
  }

  package var customMirror: Mirror {
    Mirror(self, children: ["names": map(\.name)])
  }
}
