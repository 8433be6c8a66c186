/// A `map<string, string>`: one value for each key. It keeps the order of the wire, so that the
/// same bytes always give the same call upstream. It does not print its entries: they are users'
/// data.
package struct StringMap: Equatable, Sendable, ExpressibleByDictionaryLiteral,
  CustomDebugStringConvertible, CustomReflectable
{
  package struct Entry: Hashable, Sendable, CustomDebugStringConvertible, CustomReflectable {
    package var key: String
    package var value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }

    package var debugDescription: String { "Entry" }
    package var customMirror: Mirror { Mirror(self, children: []) }
  }

  /// Up to this many entries keys are compared one by one; above, a peer could make that quadratic,
  /// and an index is built.
  private static let linearSearchLimit = 16

  /// One for each key.
  package private(set) var entries: [Entry]

  /// Of a repeated key the last value wins, as the protobuf specification asks, in the place of the
  /// first.
  package init(_ entries: [Entry] = []) {
    self.entries = Self.areKeysUnique(entries) ? entries : Self.merged(entries)
  }

  package init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Entry(key: $0.0, value: $0.1) })
  }

  package var isEmpty: Bool { entries.isEmpty }

  package subscript(key: String) -> String? {
    get { entries.first { Self.isSameKey($0.key, key) }?.value }
    set {
      let index = entries.firstIndex { Self.isSameKey($0.key, key) }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(key: key, value: value))
      case (nil, nil): break
      }
    }
  }

  private static func areKeysUnique(_ entries: [Entry]) -> Bool {
    guard entries.count <= linearSearchLimit else { return false }
    return entries.indices.allSatisfy { index in
      !entries[..<index].contains { isSameKey($0.key, entries[index].key) }
    }
  }

  private static func merged(_ entries: [Entry]) -> [Entry] {
    var places: [[UInt8]: Int] = [:]
    var merged: [Entry] = []
    for entry in entries {
      let key = Array(entry.key.utf8)
      if let place = places[key] {
        merged[place].value = entry.value
      } else {
        places[key] = merged.count
        merged.append(entry)
      }
    }
    return merged
  }

  /// Keys are the same byte by byte; `String` would take "é" and "e" with an accent for one.
  private static func isSameKey(_ a: String, _ b: String) -> Bool {
    // Nearly always the length settles it, and equal bytes are equal text.
    a.utf8.count == b.utf8.count && a == b && a.utf8.elementsEqual(b.utf8)
  }

  package var debugDescription: String { "StringMap" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
