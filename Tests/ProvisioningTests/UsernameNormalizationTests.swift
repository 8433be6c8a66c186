import Testing

@testable import Provisioning

@Suite("Normal forms of user names")
struct UsernameNormalizationTests {
  private static let all = UsernameNormalization(NormalizationStep.allCases)

  @Test(
    "Each step does its work",
    arguments: [
      ([.trim], " \u{A0}\tada\n ", "ada"), ([.trim], "a da", nil), ([.trim], "Ada", nil),
      ([.nfc], "u\u{308}", "\u{FC}"), ([.nfc], "\u{212B}", "\u{C5}"), ([.nfc], "Ada ", nil),
      ([.lowercase], "ADA", "ada"), ([.lowercase], "ÄDA", "äda"), ([.lowercase], " ada", nil),
      ([.lowercase, .trim], " ADA ", "ada"),
      ([.nfc, .lowercase], "A\u{30A}", "\u{E5}"),
      ([], " A\u{30A} ", nil), ([.trim, .nfc, .lowercase], "", nil),
      ([.trim], "   ", ""),
    ] as [([NormalizationStep], String, String?)])
  func steps(_ steps: [NormalizationStep], _ name: String, _ normal: String?) {
    let result = UsernameNormalization(steps).normalized(name)
    #expect(result.map { Array($0.utf8) } == normal.map { Array($0.utf8) })
  }

  @Test(
    "The order of the document does not count, and twice is as good as once", arguments: 0..<200)
  func idempotent(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let alphabet = Array(
      "aZ \t\u{A0}éÉ\u{301}\u{307}\u{308}İıẞΣςﬁ\u{1E9B}\u{323}\u{212B}\u{3000}Ǆ".unicodeScalars)
    var name = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      name.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
    }
    let once = Self.all.normalized(String(name)) ?? String(name)
    #expect(Self.all.normalized(once) == nil)
    let other = UsernameNormalization([.lowercase, .nfc, .trim]).normalized(String(name))
    #expect((other ?? String(name)).hasSameBytes(as: once))
  }

  @Test("A text that can be no name costs no normalization")
  func bounded() {
    #expect(Self.all.normalized(String(repeating: "A", count: 100_000)) == nil)
  }
}
