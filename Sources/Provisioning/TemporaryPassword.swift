/// What a user pool asks of a password (`PasswordPolicyType` of DescribeUserPool).
package struct PasswordPolicy: Equatable, Sendable {
  package var minimumLength: Int
  package var requiresUppercase: Bool
  package var requiresLowercase: Bool
  package var requiresNumbers: Bool
  package var requiresSymbols: Bool

  package init(
    minimumLength: Int, requiresUppercase: Bool = true, requiresLowercase: Bool = true,
    requiresNumbers: Bool = true, requiresSymbols: Bool = true
  ) {
    self.minimumLength = minimumLength
    self.requiresUppercase = requiresUppercase
    self.requiresLowercase = requiresLowercase
    self.requiresNumbers = requiresNumbers
    self.requiresSymbols = requiresSymbols
  }

  /// Meets every pool that asks for no more than 20 characters: all four classes.
  package static let strict = PasswordPolicy(minimumLength: 20)

  /// `PasswordPolicyMinLengthType`
  static let lengths = 6...99
}

/// Where random numbers come from; evaluation itself draws none.
package protocol RandomSource: Sendable {
  /// A number of that many values, each as likely as the others.
  func number(below count: Int) -> Int
}

/// Makes temporary passwords that arrive as they were sent: free of what HTML, links, mail and
/// message templates swallow or change (`<>&"'`, `%#?/+=`, `{}`, a full stop at the end), and of
/// characters that people mistake for each other.
struct TemporaryPassword {
  private static let uppercase = Array("ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
  private static let lowercase = Array("abcdefghijkmnopqrstuvwxyz".utf8)
  private static let digits = Array("23456789".utf8)
  /// Symbols of the API's list that are plain in a URL, in HTML and in the GSM alphabet.
  private static let symbols = Array("-_".utf8)
  /// Shorter passwords than this are not made, whatever the pool takes: 90 random bits.
  static let minimumLength = 16

  /// Meets the pool's policy, begins and ends with a letter or a digit, and has no two symbols side
  /// by side (which some mail readers turn into formatting).
  static func make(for policy: PasswordPolicy, from random: any RandomSource) -> Sensitive<String> {
    let length = min(
      max(policy.minimumLength, minimumLength), PasswordPolicy.lengths.upperBound)
    let letters = uppercase + lowercase + digits
    var bytes = (0..<length).map { _ in letters[random.number(below: letters.count)] }
    // One place for each class that the pool asks for; symbols between the ends.
    var places = Array(1..<(length - 1))
    func put(_ alphabet: [UInt8]) {
      let place = places.remove(at: random.number(below: places.count))
      bytes[place] = alphabet[random.number(below: alphabet.count)]
    }
    if policy.requiresUppercase { put(uppercase) }
    if policy.requiresLowercase { put(lowercase) }
    if policy.requiresNumbers { put(digits) }
    if policy.requiresSymbols { put(symbols) }
    return Sensitive(String(decoding: bytes, as: UTF8.self))
  }
}
