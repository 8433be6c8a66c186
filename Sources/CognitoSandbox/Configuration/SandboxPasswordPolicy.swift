/// PasswordPolicyType of the API, with the defaults of a pool that was made in the console.
package struct SandboxPasswordPolicy: Equatable, Sendable {
  /// 6...99 in the API.
  package var minimumLength: Int
  package var requiresUppercase: Bool
  package var requiresLowercase: Bool
  package var requiresNumbers: Bool
  package var requiresSymbols: Bool
  /// Days; 0 stands for 7.
  package var temporaryPasswordValidityDays: Int

  package init(
    minimumLength: Int = 8,
    requiresUppercase: Bool = true,
    requiresLowercase: Bool = true,
    requiresNumbers: Bool = true,
    requiresSymbols: Bool = true,
    temporaryPasswordValidityDays: Int = 7
  ) {
    self.minimumLength = minimumLength
    self.requiresUppercase = requiresUppercase
    self.requiresLowercase = requiresLowercase
    self.requiresNumbers = requiresNumbers
    self.requiresSymbols = requiresSymbols
    self.temporaryPasswordValidityDays = temporaryPasswordValidityDays
  }

  /// Special characters that count as symbols (developer guide, "Adding user pool password
  /// requirements"); a space inside counts there too, but PasswordType forbids it.
  static let symbols = Set("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+=".unicodeScalars)

  func check(_ password: String) throws(ServiceException) {
    let scalars = password.unicodeScalars
    guard scalars.count >= minimumLength else { throw Self.exception("Password not long enough") }
    try require(requiresUppercase, "uppercase", scalars.contains { ("A"..."Z").contains($0) })
    try require(requiresLowercase, "lowercase", scalars.contains { ("a"..."z").contains($0) })
    try require(requiresNumbers, "numeric", scalars.contains { ("0"..."9").contains($0) })
    try require(requiresSymbols, "symbol", scalars.contains { Self.symbols.contains($0) })
  }

  private func require(
    _ isRequired: Bool, _ kind: String, _ isPresent: @autoclosure () -> Bool
  ) throws(ServiceException) {
    guard !isRequired || isPresent() else {
      throw Self.exception("Password must have \(kind) characters")
    }
  }

  private static func exception(_ detail: String) -> ServiceException {
    ServiceException(
      "InvalidPasswordException", "Password did not conform with policy: \(detail)")
  }
}
