/// A set of names, compared byte by byte: two names that only look alike are different attributes.
///
/// Names stand in the order of their length in bytes, so that a look-up compares the few that can
/// be equal at all: cheaper than hashing, and it happens for each attribute of each request.
struct NameSet: Equatable, Sendable {
  private let names: [String]
  /// Where the names of each length begin; one more for the end of the last.
  private let starts: [Int]
  /// Whether every name is ASCII, which makes a comparison cheaper.
  private let isASCII: Bool

  init(_ names: some Sequence<String>) {
    var byLength: [[String]] = []
    for name in names {
      let length = name.utf8.count
      while byLength.count <= length { byLength.append([]) }
      if !byLength[length].contains(where: { $0.hasSameBytes(as: name) }) {
        byLength[length].append(name)
      }
    }
    self.names = byLength.flatMap(\.self)
    isASCII = self.names.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    starts = byLength.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
  }

  /// The names in the order of Unicode, for people to read.
  var sorted: [String] { names.sorted() }

  func contains(_ name: String) -> Bool {
    let length = name.utf8.count
    let names = names.span
    let starts = starts.span
    guard length + 1 < starts.count else { return false }
    for index in starts[length]..<starts[length + 1] where names[index] == name {
      if isASCII || names[index].hasSameBytes(as: name) { return true }
    }
    return false
  }
}

/// A name as the key of a set or a map that compares byte by byte.
struct NameKey: Hashable {
  private let name: String

  init(_ name: String) {
    self.name = name
  }

  static func == (a: NameKey, b: NameKey) -> Bool { a.name.hasSameBytes(as: b.name) }

  /// Text of the same bytes has the same hash as `String`, too.
  func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension String {
  /// Whether both have the same bytes. `==` takes canonically equivalent text for the same, of one
  /// length too (U+212B, and U+0041 with U+030A); the upstream does not.
  func hasSameBytes(as other: String) -> Bool {
    // Nearly always the length settles it, then `==`: both cost less than a look at the bytes.
    guard utf8.count == other.utf8.count, self == other else { return false }
    let (own, others) = (utf8.span, other.utf8.span)
    for index in own.indices where own[index] != others[index] { return false }
    return true
  }

  /// The same for `text` of nothing but ASCII: other text that is canonically equivalent to it is
  /// longer in bytes (U+212A for K, U+037E for a semicolon).
  func hasSameBytes(asASCII text: String) -> Bool {
    utf8.count == text.utf8.count && self == text
  }

  /// Whether the bytes of `prefix` stand at `offset`.
  func hasBytes(_ prefix: String, at offset: Int = 0) -> Bool {
    guard utf8.count - offset >= prefix.utf8.count else { return false }
    let bytes = utf8.span
    let prefix = prefix.utf8.span
    for index in prefix.indices where bytes[offset + index] != prefix[index] { return false }
    return true
  }
}
