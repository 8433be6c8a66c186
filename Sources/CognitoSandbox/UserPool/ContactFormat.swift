/// The shapes of contact values that Cognito checks.
enum ContactFormat {
  /// Digits of an E.164 number after the plus sign.
  static let phoneNumberDigits = 2...15

  /// One `@` with something before it and, after it, a domain without white space.
  static func isEmail(_ value: String) -> Bool {
    let parts = value.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    return parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: ",") }
    }
  }

  /// E.164: a plus sign and digits, the first of them not zero.
  static func isPhoneNumber(_ value: String) -> Bool {
    guard value.utf8.first == UInt8(ascii: "+") else { return false }
    let digits = value.utf8.dropFirst()
    return phoneNumberDigits.contains(digits.count) && digits.first != UInt8(ascii: "0")
      && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
