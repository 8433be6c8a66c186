import Testing

@testable import Provisioning

@Suite("SPIFFE IDs and their patterns")
struct SPIFFEIDTests {
  @Test(
    "Names of workloads",
    arguments: [
      "spiffe://corp.example/ns/billing/sa/api", "spiffe://corp.example/a",
      "spiffe://a/b", "spiffe://10.0.0.1/x", "spiffe://td_1-2.x/A-z_0.9",
      "spiffe://corp.example/...", "spiffe://corp.example/.hidden",
      "spiffe://" + String(repeating: "d", count: 255) + "/a",
      "spiffe://d/" + String(repeating: "p", count: 2048 - 11),
    ])
  func names(_ text: String) {
    #expect(SPIFFEID(text) != nil)
  }

  @Test(
    "What names no workload",
    arguments: [
      "", "spiffe:", "spiffe://", "spiffe:///a", "spiffe://corp.example", "spiffe://corp.example/",
      "spiffe://corp.example/a/", "spiffe://corp.example//a", "spiffe://corp.example/a//b",
      "spiffe://corp.example/./a", "spiffe://corp.example/a/..", "spiffe://corp.example/%61",
      "spiffe://corp.example/a?b", "spiffe://corp.example/a#b", "spiffe://corp.example/a b",
      "spiffe://corp.example:8080/a", "spiffe://user@corp.example/a", "spiffe://Corp.example/a",
      "spiffe://corp.example/é", "spiffe://cörp.example/a", "SPIFFE://corp.example/a",
      "Spiffe://corp.example/a", "https://corp.example/a", " spiffe://corp.example/a",
      "spiffe://corp.example/a\0", "spiffe://corp.example/*", "spiffe:/corp.example/a",
      "spiffe://" + String(repeating: "d", count: 256) + "/a",
      "spiffe://d/" + String(repeating: "p", count: 2048 - 10),
    ])
  func noNames(_ text: String) {
    #expect(SPIFFEID(text) == nil)
  }

  struct Match: Sendable {
    var pattern: String
    var id: String
    var matches: Bool

    init(_ pattern: String, _ id: String, _ matches: Bool) {
      (self.pattern, self.id, self.matches) = (pattern, id, matches)
    }
  }

  static let matches = [
    Match("spiffe://d/ns/billing/sa/api", "spiffe://d/ns/billing/sa/api", true),
    Match("spiffe://d/ns/billing/sa/api", "spiffe://d/ns/billing/sa/apis", false),
    Match("spiffe://d/ns/billing/sa/api", "spiffe://d/ns/billing/sa/API", false),
    Match("spiffe://d/ns/billing/sa/api", "spiffe://e/ns/billing/sa/api", false),
    Match("spiffe://d/ns/billing/sa/api", "spiffe://d.example/ns/billing/sa/api", false),
    Match("spiffe://d/ns/billing/sa/api", "spiffe://d/ns/billing/sa", false),
    Match("spiffe://d/ns/billing/sa/api", "spiffe://d/ns/billing/sa/api/x", false),
    Match("spiffe://d/ns/*/sa/api", "spiffe://d/ns/billing/sa/api", true),
    Match("spiffe://d/ns/*/sa/api", "spiffe://d/ns/a/b/sa/api", false),
    Match("spiffe://d/ns/*/sa/api", "spiffe://d/ns/sa/api", false),
    Match("spiffe://d/ns/pay-*", "spiffe://d/ns/pay-roll", true),
    Match("spiffe://d/ns/pay-*", "spiffe://d/ns/pay-", true),
    Match("spiffe://d/ns/pay-*", "spiffe://d/ns/pay", false),
    Match("spiffe://d/*a*b", "spiffe://d/xxaxxabxb", true),
    Match("spiffe://d/*a*b", "spiffe://d/xxaxxabx", false),
    Match("spiffe://d/ns/**", "spiffe://d/ns/a", true),
    Match("spiffe://d/ns/**", "spiffe://d/ns/a/b/c", true),
    Match("spiffe://d/ns/**", "spiffe://d/ns", false),
    Match("spiffe://d/ns/**", "spiffe://d/nsx/a", false),
    Match("spiffe://d/**", "spiffe://d/a", true),
    Match("spiffe://d/**", "spiffe://e/a", false),
    Match("spiffe://d/*", "spiffe://d/a/b", false),
  ]

  @Test("Patterns", arguments: matches)
  func pattern(_ example: Match) throws {
    let pattern = try #require(SPIFFEIDPattern(example.pattern))
    let id = try #require(SPIFFEID(example.id))
    #expect(pattern.matches(id) == example.matches)
  }

  @Test(
    "What is no pattern",
    arguments: [
      "", "spiffe://*/a", "spiffe://d", "spiffe://d/", "spiffe://*.example/a", "spiffe://d/**/a",
      "spiffe://d/**a", "spiffe://d/a/../*", "spiffe://d/[a]", "spiffe://d/a?", "https://d/*",
      "spiffe://d/a//**", "d/ns/*",
    ])
  func noPattern(_ text: String) {
    #expect(SPIFFEIDPattern(text) == nil)
  }

  @Test("Stars that a name nearly meets take no time that explodes")
  func manyStars() throws {
    let pattern = try #require(
      SPIFFEIDPattern("spiffe://d/" + String(repeating: "*a", count: 500) + "*b"))
    let id = try #require(SPIFFEID("spiffe://d/" + String(repeating: "a", count: 2000)))
    #expect(!pattern.matches(id))
  }
}
