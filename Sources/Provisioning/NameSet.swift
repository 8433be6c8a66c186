/// A set of names, compared byte by byte: two names that only look alike are different attributes.
///
/// Names stand by their length in bytes, so that a look-up compares the few that can be equal at
/// all: cheaper than hashing, and it happens for each attribute of each request.
struct NameSet: Equatable, Sendable {
  private let byLength: [[String]]

  init(_ names: some Sequence<String>) {
    var byLength: [[String]] = []
    for name in names {
      let length = name.utf8.count
      while byLength.count <= length { byLength.append([]) }
      if !byLength[length].contains(where: { $0.isSameName(as: name) }) {
        byLength[length].append(name)
      }
    }
    self.byLength = byLength
  }

  func contains(_ name: String) -> Bool {
    let length = name.utf8.count
    guard length < byLength.count else { return false }
    return byLength[length].contains { $0 == name }
  }
}

extension String {
  /// Whether both have the same bytes. Strings of one length that are canonically equivalent count
  /// as the same, too.
  func isSameName(as other: String) -> Bool {
    utf8.count == other.utf8.count && self == other
  }

  /// Whether the bytes of `prefix` stand at `offset`.
  func hasBytes(_ prefix: [UInt8], at offset: Int = 0) -> Bool {
    let bytes = utf8.span
    guard bytes.count - offset >= prefix.count else { return false }
    for index in prefix.indices where bytes[offset + index] != prefix[index] { return false }
    return true
  }
}
