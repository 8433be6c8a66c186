/// A domain of the policy: `example.test`, or `*.example.test` for any depth below it but not the
/// domain itself. Compared in lower case.
package struct DomainPattern: Equatable, Sendable {
  package static let accepted = "a domain, or *. and a domain for everything below it"

  /// As it is compared: in lower case, without the `*`; with the dot where there was one.
  private let suffix: String
  private let isBelow: Bool

  /// - Returns: `nil` for text that is no domain.
  package init?(_ text: String) {
    isBelow = text.hasPrefix("*.")
    let domain = isBelow ? String(text.unicodeScalars.dropFirst(2)) : text
    guard ContactShape.isDomain(domain), !domain.utf8.contains(UInt8(ascii: "*")) else {
      return nil
    }
    suffix = (isBelow ? "." : "") + domain.lowercased()
  }

  /// As the document has it, in lower case.
  package var text: String { isBelow ? "*" + suffix : suffix }

  /// - Parameter domain: in lower case.
  func matches(_ domain: String) -> Bool {
    guard isBelow else { return domain.hasSameBytes(as: suffix) }
    let offset = domain.utf8.count - suffix.utf8.count
    return offset > 0 && domain.hasBytes(suffix, at: offset)
  }

  /// What stands behind the last `@`, in lower case; `nil` where there is none.
  static func domain(ofEmail email: String) -> String? {
    let bytes = email.utf8.span
    var start = bytes.count
    while start > 0, bytes[start - 1] != UInt8(ascii: "@") { start -= 1 }
    guard start > 0 else { return nil }
    return String(email.utf8.dropFirst(start))?.inLowerCase
  }
}

extension String {
  /// The same as `lowercased()`, which makes a new text in any case.
  var inLowerCase: String {
    let bytes = utf8.span
    for index in bytes.indices
    where bytes[index] >= 0x80 || bytes[index] &- UInt8(ascii: "A") < 26 {
      return lowercased()
    }
    return self
  }
}
