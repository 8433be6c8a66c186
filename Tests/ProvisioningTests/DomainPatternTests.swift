import Testing

@testable import Provisioning

@Suite("Domains of the policy")
struct DomainPatternTests {
  @Test(
    "A star takes any depth below, and never the domain itself",
    arguments: [
      ("example.test", "a@example.test", true), ("example.test", "a@EXAMPLE.Test", true),
      ("Example.Test", "a@example.test", true), ("example.test", "a@sub.example.test", false),
      ("example.test", "a@badexample.test", false), ("*.internal", "a@x.internal", true),
      ("*.internal", "a@x.y.internal", true), ("*.internal", "a@internal", false),
      ("*.internal", "a@xinternal", false), ("*.INTERNAL", "a@x.Internal", true),
      ("*.bücher.example", "a@X.BÜCHER.example", true),
      ("example.test", #""x@y"@example.test"#, true), ("example.test", "example.test", false),
    ])
  func matches(_ pattern: String, _ email: String, _ expected: Bool) throws {
    let pattern = try #require(DomainPattern(pattern))
    #expect((DomainPattern.domain(ofEmail: email).map(pattern.matches) ?? false) == expected)
  }

  @Test(
    "What is no domain is refused",
    arguments: ["", "*", "*.", "a@b", "*.*.a", "a.*", ".a", "a.", "a..b", "a b", "**.a"])
  func refused(_ text: String) {
    #expect(DomainPattern(text) == nil)
  }
}
