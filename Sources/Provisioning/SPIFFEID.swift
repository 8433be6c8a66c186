/// The name of a workload: `spiffe://TRUST_DOMAIN/PATH`.
///
/// Source: SPIFFE-ID, "2. SPIFFE Identity" (github.com/spiffe/spiffe).
package struct SPIFFEID: Hashable, Sendable {
  static let scheme = "spiffe://"
  /// Bytes of the whole name (section 2.3).
  static let maximumLength = 2048
  /// Bytes of a trust domain (section 2.1).
  static let maximumTrustDomainLength = 255

  let trustDomain: String
  /// Without the slashes between them; at least one.
  let segments: [String]

  /// `nil` for what is no SPIFFE ID of a workload: another scheme or letter case of it, a port, a
  /// query, a percent sign, an empty segment, `.` or `..`, or no path at all, which names a trust
  /// domain.
  package init?(_ text: String) {
    guard let (trustDomain, segments) = Self.parts(of: text),
      segments.allSatisfy(Self.isSegment)
    else { return nil }
    self.trustDomain = trustDomain
    self.segments = segments
  }

  /// A checked trust domain, and unchecked segments.
  static func parts(of text: String) -> (trustDomain: String, segments: [String])? {
    guard text.utf8.count <= maximumLength, text.utf8.starts(with: scheme.utf8) else { return nil }
    let names = text.utf8.dropFirst(scheme.utf8.count)
      .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard let trustDomain = names.first, isTrustDomain(trustDomain), names.count > 1 else {
      return nil
    }
    return (trustDomain, Array(names.dropFirst()))
  }

  private static func isTrustDomain(_ text: String) -> Bool {
    (1...maximumTrustDomainLength).contains(text.utf8.count)
      && text.utf8.allSatisfy { isNameByte($0) && !isUpperCase($0) }
  }

  private static func isSegment(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && text.utf8.allSatisfy(isNameByte)
  }

  private static func isUpperCase(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  /// Letters, digits, dot, dash and underscore.
  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
