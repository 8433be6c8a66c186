import Testing

@testable import Provisioning

@Suite("Temporary passwords made here")
struct TemporaryPasswordTests {
  private func password(_ policy: PasswordPolicy, _ seed: UInt64) -> String {
    TemporaryPassword.make(for: policy, from: SeededSource(seed: seed)).exposed
  }

  @Test("Each meets the pool's policy and survives mail, HTML and links", arguments: 0..<100)
  func meetsPolicy(_ seed: Int) {
    for length in [6, 16, 20, 99] {
      let text = password(PasswordPolicy(minimumLength: length), UInt64(seed))
      #expect(text.count == max(length, TemporaryPassword.minimumLength))
      #expect(text.contains(where: \.isUppercase) && text.contains(where: \.isLowercase))
      #expect(text.contains(where: \.isNumber) && text.contains { "-_".contains($0) })
      // Whatever is not a letter, a digit, - or _ is mangled somewhere; these four are misread.
      #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
      #expect(!text.contains { "0O1lI".contains($0) })
      #expect(text.first?.isSymbolOfPassword == false && text.last?.isSymbolOfPassword == false)
    }
  }

  @Test("A class that the pool does not ask for is not forced in")
  func withoutSymbols() {
    let policy = PasswordPolicy(minimumLength: 8, requiresSymbols: false)
    for seed in 0..<50 as Range<UInt64> { #expect(!password(policy, seed).contains("-")) }
  }

  @Test("The same numbers give the same password, others another")
  func deterministic() {
    #expect(password(.strict, 1) == password(.strict, 1))
    #expect(Set((0..<100 as Range<UInt64>).map { password(.strict, $0) }).count == 100)
  }
}

extension Character {
  fileprivate var isSymbolOfPassword: Bool { self == "-" || self == "_" }
}
