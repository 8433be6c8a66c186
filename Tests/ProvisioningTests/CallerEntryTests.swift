import Testing

@testable import Provisioning

@Suite("Entries of callers")
struct CallerEntryTests {
  private static let digests = ["0", "1"].map { String(repeating: $0, count: 64) }

  private static func digest(_ index: Int) throws -> TokenDigest {
    try #require(TokenDigest(hexadecimal: digests[index]))
  }

  private static func jwt(_ subject: String, file: String = "a") -> CallerCredential {
    .jwt(JWTRequirement(issuer: "i", audience: "a", subject: subject, keySetPath: file))
  }

  private static func spiffe(_ text: String) throws -> CallerCredential {
    .spiffeID(try #require(SPIFFEIDPattern(text)))
  }

  /// The key under which the second of two callers is refused.
  private func conflict(
    _ first: CallerCredential, _ second: CallerCredential
  ) -> [String]? {
    let entries = [first, second].enumerated().map { index, credential in
      CallerEntry(
        caller: Caller(
          id: "c\(index)", authentication: credential.authentication, organizations: .all,
          permissions: []),
        credential: credential)
    }
    do throws(PolicyRuleError) {
      _ = try Policy(
        digest: "d", company: PolicyRules(),
        organizations: [OrganizationEntry(name: "acme", rules: rules { $0.userPools = acmePools })],
        callers: entries)
      return nil
    } catch {
      return error.path
    }
  }

  @Test("A caller that an earlier one hides is refused")
  func hidden() throws {
    func path(_ key: String) -> [String] { ["callers", "[1]", key] }
    #expect(conflict(.anonymous, .anonymous) == path("anonymous"))
    #expect(conflict(.dnsName("a.b"), .dnsName("a.b")) == path("dns"))
    #expect(conflict(.dnsName("a.b"), .dnsName("b.a")) == nil)
    let tokens = try (0...1).map(Self.digest)
    #expect(conflict(.tokens(tokens), .tokens([tokens[1]])) == path("token_sha256"))
    #expect(conflict(.tokens([tokens[0]]), .tokens([tokens[1]])) == nil)
    #expect(conflict(Self.jwt("s"), Self.jwt("s", file: "b")) == path("jwt"))
    #expect(conflict(Self.jwt("s"), Self.jwt("t")) == nil)
    let any = try Self.spiffe("spiffe://d/*")
    let one = try Self.spiffe("spiffe://d/a")
    #expect(conflict(any, any) == path("spiffe_id"))
    #expect(conflict(any, one) == path("spiffe_id"))
    #expect(conflict(one, any) == nil)
    #expect(conflict(any, try Self.spiffe("spiffe://e/a")) == nil)
    #expect(conflict(.anonymous, .tokens(tokens)) == nil)
  }

  @Test("Digests of tokens")
  func digests() throws {
    let digest = try Self.digest(0)
    let other = try Self.digest(1)
    #expect(digest.difference(from: digest) == 0)
    #expect(digest.difference(from: other) != 0)
    for position in 0..<32 {
      var bytes = [UInt8](repeating: 0, count: 32)
      bytes[position] = 1
      let near = try #require(TokenDigest(bytes: bytes))
      #expect(near.difference(from: digest) != 0)
    }
    let mixed = String(repeating: "aB", count: 32)
    #expect(TokenDigest(hexadecimal: mixed) == TokenDigest(hexadecimal: mixed.lowercased()))
    for text in ["", "0", String(repeating: "0", count: 63), String(repeating: "0", count: 65)] {
      #expect(TokenDigest(hexadecimal: text) == nil)
    }
    #expect(TokenDigest(hexadecimal: String(repeating: "g", count: 64)) == nil)
    #expect(TokenDigest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
    #expect(TokenDigest(bytes: [UInt8](repeating: 0, count: 33)) == nil)
  }
}
