package import HTTP2

/// The metadata of a call: ordered, with repeated keys kept apart, as it stands on the wire.
///
/// Metadata that arrived is the header section itself: nothing is turned into a `String` or
/// decoded before somebody asks for it. Which fields may leave is decided in one place, when they
/// are sent: names outside `0-9 a-z _ - .`, names that gRPC or HTTP/2 reserve and values with
/// control characters stay behind.
///
/// Source: gRPC over HTTP/2, "Custom-Metadata".
package struct Metadata: Sendable, Equatable {
  private var fields: HeaderFields

  package init() {
    fields = HeaderFields()
  }

  /// Metadata as it arrived, reserved fields included: they can be asked for by name.
  init(received fields: HeaderFields) {
    self.fields = fields
  }

  /// Whether there is no field at all, not even a reserved one.
  package var isEmpty: Bool { fields.isEmpty }

  /// Every field as it stands here, those of the protocol included.
  package var receivedFields: HeaderFields { fields }

  /// Adds a text value. Under a key ending in `-bin` it is taken for Base64, and stays behind
  /// where it is none; use `addBinary` there.
  package mutating func addString(_ value: String, forKey key: String) {
    fields.append(name: key.lowercased(), value: value)
  }

  /// Adds a binary value. Its key ends in `-bin`; a value under any other key is dropped.
  package mutating func addBinary(_ value: some Collection<UInt8>, forKey key: String) {
    guard key.lowercased().hasSuffix("-bin") else { return }
    fields.append(name: key.lowercased(), valueBytes: Base64.encode(value))
  }

  /// The first value of a (lower-case) key as text, nil where there is none.
  package func firstString(forKey key: String) -> String? {
    fields.first(named: key)
  }

  /// The bytes of the first value of a (lower-case) key as they arrived. No copy is made.
  package func firstBytes(forKey key: String) -> ArraySlice<UInt8>? {
    fields.firstBytes(named: key)
  }

  /// All values of a (lower-case) key as text, in order.
  package subscript(stringValues key: String) -> [String] {
    fields.values(named: key)
  }

  /// All values of a (lower-case) `-bin` key, decoded, in order. One field may hold several,
  /// separated by commas. What is no Base64 is left out; a request with such a field is refused
  /// before a handler sees it.
  package subscript(binaryValues key: String) -> [[UInt8]] {
    fields.indices.filter { fields.isName(at: $0, equalTo: key) }.flatMap { position in
      MetadataValue.parts(ofBinary: fields.valueBytes(at: position)).compactMap {
        Base64.decode($0)
      }
    }
  }

  /// Whether each value under a `-bin` key is Base64.
  var hasValidBinaryValues: Bool {
    var start = 0
    while let position = fields.firstIndex(from: start, nameEndingIn: MetadataKey.binarySuffix) {
      guard MetadataValue.isBinary(fields.valueBytes(at: position)) else { return false }
      start = position + 1
    }
    return true
  }

  /// Appends what may leave to a header section. Binary values leave one to a field, unpadded.
  func appendSendable(to section: inout HeaderFields) {
    for position in fields.indices {
      let name = fields.nameBytes(at: position)
      guard MetadataKey.isSendable(name) else { continue }
      let value = fields.valueBytes(at: position)
      if fields.isName(at: position, endingIn: MetadataKey.binarySuffix) {
        for bytes in MetadataValue.parts(ofBinary: value).compactMap({ Base64.decode($0) }) {
          section.append(nameBytes: name, valueBytes: Base64.encode(bytes))
        }
      } else if let value = MetadataValue.sendable(value) {
        section.append(nameBytes: name, valueBytes: value)
      }
    }
  }
}

extension Metadata: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    self.init()
    for (key, value) in elements { addString(value, forKey: key) }
  }
}

/// Iterates over the fields that belong to callers and handlers: reserved ones are passed over.
extension Metadata: Sequence {
  package struct Iterator: IteratorProtocol {
    fileprivate let fields: HeaderFields
    fileprivate var position = 0

    package mutating func next() -> HeaderField? {
      while position < fields.count {
        defer { position += 1 }
        if MetadataKey.isSendable(fields.nameBytes(at: position)) { return fields[position] }
      }
      return nil
    }
  }

  package func makeIterator() -> Iterator {
    Iterator(fields: fields)
  }
}

/// The keys alone: a value may be a credential or personal data.
extension Metadata: CustomStringConvertible, CustomReflectable {
  package var description: String { fields.description }

  package var customMirror: Mirror { fields.customMirror }
}
