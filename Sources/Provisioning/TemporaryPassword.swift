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

/// Where random numbers come from: an input, as time is.
package protocol RandomSource: Sendable {
  func next() -> UInt64
}

extension RandomSource {
  /// A number of that many values, each as likely as the others.
  func number(below count: Int) -> Int {
    var generator = Generator(source: self)
    return Int.random(in: 0..<count, using: &generator)
  }
}

private struct Generator<Source: RandomSource>: RandomNumberGenerator {
  let source: Source

  func next() -> UInt64 { source.next() }
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
  static func make(for policy: PasswordPolicy, from random: any RandomSource) -> Sensitive {
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
    return Sensitive(erasing: &bytes)
  }
}

/// Where temporary passwords come from, merged for one organization.
final class EffectivePassword: Sendable {
  let source: PasswordSource
  let allowsCaller: Bool
  let generated: PolicyDecision

  init(source: PasswordSource, allowsCaller: Bool, sourceRule: String) {
    self.source = source
    self.allowsCaller = allowsCaller
    generated = PolicyDecision(field: "temporary_password", rule: sourceRule, effect: .generated)
  }
}

extension RuleMerging {
  func temporaryPassword(
    messageAction: EffectiveRule<MessageAction, MessageAction>
  ) throws(PolicyRuleError) -> EffectivePassword {
    let source = nearest(["temporary_password", "source"], \.passwordSource)
    let allow = nearest(["temporary_password", "allow_caller"], \.allowCallerPassword)
    let allowsCaller = allow?.value ?? false
    if let source, source.value == .caller, !allowsCaller {
      throw PolicyRuleError(
        path: source.path, problem: "caller contradicts allow_caller: false",
        accepted: "allow_caller: true beside it, or source: cognito")
    }
    if let source, source.value == .service, !allowsCaller,
      messageAction.fixed?.value == .suppress
    {
      throw PolicyRuleError(
        path: source.path,
        problem: "no message is ever sent, so nobody would learn a password made here",
        accepted: "source: cognito, or a message_action that sends")
    }
    return EffectivePassword(
      source: source?.value ?? .cognito, allowsCaller: allowsCaller,
      sourceRule: PolicyRuleError.text(of: source?.path ?? []))
  }
}
