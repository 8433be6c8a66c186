/// The SPIFFE IDs that an entry of the policy's `callers` stands for: `*` in the path is any
/// characters of one segment, `**` as the last segment is one segment or more. The trust domain is
/// always written out.
package struct SPIFFEIDPattern: Hashable, Sendable {
  /// What a document may say, in words.
  package static let accepted =
    "spiffe://TRUST_DOMAIN/PATH; in the path * is any part of a segment, ** as the last segment "
    + "one segment or more"

  private static let anything = "**"

  private let trustDomain: String
  /// Without a `**` at the end.
  private let segments: [String]
  private let endsInAnything: Bool

  /// `nil` for what matches no SPIFFE ID.
  package init?(_ text: String) {
    guard let (trustDomain, names) = SPIFFEID.parts(of: text) else { return nil }
    endsInAnything = names.last == Self.anything
    let segments = endsInAnything ? names.dropLast() : names
    guard segments.allSatisfy(Self.isSegment) else { return nil }
    self.trustDomain = trustDomain
    self.segments = segments
  }

  private static func isSegment(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && !text.utf8.starts(with: anything.utf8)
      && text.utf8.allSatisfy { SPIFFEID.isNameByte($0) || $0 == UInt8(ascii: "*") }
  }

  package func matches(_ id: SPIFFEID) -> Bool {
    id.trustDomain == trustDomain && matches(id.segments)
  }

  private func matches(_ names: [String]) -> Bool {
    guard endsInAnything ? names.count > segments.count : names.count == segments.count else {
      return false
    }
    return zip(segments, names).allSatisfy(Self.matches)
  }

  /// Whether every ID of the other one is known to match this one, too. Held to be so only where
  /// it is plain: they are equal, or the other one stands for a single ID.
  func covers(_ other: SPIFFEIDPattern) -> Bool {
    if self == other { return true }
    return other.trustDomain == trustDomain && !other.isOpen && matches(other.segments)
  }

  /// Whether it stands for more than one ID.
  var isOpen: Bool {
    endsInAnything || segments.contains { $0.utf8.contains(UInt8(ascii: "*")) }
  }

  /// In time that grows with the product of both lengths at most: what a `*` takes is tried again
  /// from the last one only.
  private static func matches(_ pattern: String, _ name: String) -> Bool {
    let (pattern, name) = (Array(pattern.utf8), Array(name.utf8))
    var (place, position) = (0, 0)
    var star: (place: Int, position: Int)?
    while position < name.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, position)
        place += 1
      } else if place < pattern.count, pattern[place] == name[position] {
        (place, position) = (place + 1, position + 1)
      } else if let last = star {
        star = (last.place, last.position + 1)
        (place, position) = (last.place + 1, last.position + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
