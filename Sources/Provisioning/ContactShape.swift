/// The shapes of the two attributes that messages are sent to. Whether the address exists is for
/// the message to find out.
enum ContactShape {
  static let emailAccepted = "an e-mail address: LOCAL@DOMAIN"
  static let phoneAccepted = "a phone number in E.164 form: + and up to 15 digits"

  /// Digits of a phone number, the country code included (E.164, section 6).
  static let phoneDigits = 1...15
  /// Octets of the part before the `@` (RFC 5321, section 4.5.3.1.1).
  static let emailLocalBytes = 1...64
  /// Octets of the part after the `@` (RFC 5321, section 4.5.3.1.2).
  static let emailDomainBytes = 1...255

  static func isEmail(_ text: String) -> Bool {
    let longest = emailLocalBytes.upperBound + 1 + emailDomainBytes.upperBound
    guard text.utf8.count <= longest, TextClass.visible.length(of: text) != nil else {
      return false
    }
    let bytes = text.utf8.span
    var at = bytes.count - 1
    while at >= 0, bytes[at] != UInt8(ascii: "@") { at -= 1 }
    guard emailLocalBytes.contains(at), emailDomainBytes.contains(bytes.count - at - 1) else {
      return false
    }
    return isLocalPart(bytes.extracting(..<at))
      && hasOnlyFilledLabels(bytes.extracting((at + 1)...))
  }

  static func isDomain(_ text: String) -> Bool {
    emailDomainBytes.contains(text.utf8.count) && TextClass.visible.length(of: text) != nil
      && !text.utf8.contains(UInt8(ascii: "@")) && hasOnlyFilledLabels(text.utf8.span)
  }

  static func isPhoneNumber(_ text: String) -> Bool {
    let bytes = text.utf8.span
    guard phoneDigits.contains(bytes.count - 1), bytes[0] == UInt8(ascii: "+") else {
      return false
    }
    for index in 1..<bytes.count
    where bytes[index] < UInt8(ascii: "0") || bytes[index] > UInt8(ascii: "9") {
      return false
    }
    return true
  }

  /// An `@` before the last one needs quotes around the local part (RFC 5321, section 4.1.2).
  private static func isLocalPart(_ local: Span<UInt8>) -> Bool {
    let quote = UInt8(ascii: "\"")
    if local[0] == quote { return local.count > 2 && local[local.count - 1] == quote }
    for index in local.indices where local[index] == UInt8(ascii: "@") { return false }
    return true
  }

  private static func hasOnlyFilledLabels(_ domain: Span<UInt8>) -> Bool {
    var previous = UInt8(ascii: ".")
    for index in domain.indices {
      let byte = domain[index]
      if byte == UInt8(ascii: "."), previous == byte { return false }
      previous = byte
    }
    return previous != UInt8(ascii: ".")
  }
}
