import Testing

@testable import Journal
@testable import Server

@Suite struct WitnessSettingsTests {
  /// Of a key that nobody has.
  private static let key =
    "witness.example/w1+490ca8b1+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

  private func resolve(_ options: [Setting: [String]]) throws -> ServerConfiguration {
    try .resolve(
      options: options.merging([.policy: ["policy.yaml"]]) { $1 }, environment: [:],
      filePath: nil, standardErrorIsTerminal: false)
  }

  @Test(arguments: [
    ("https://witness.example", "witness.example", 443, "/add-checkpoint", "witness.example"),
    (
      "http://localhost:8080/a/b/", "localhost", 8080, "/a/b/add-checkpoint", "localhost:8080"
    ),
    ("http://[::1]:80/w", "::1", 80, "/w/add-checkpoint", "[::1]:80"),
  ])
  func urls(text: String, host: String, port: Int, path: String, header: String) throws {
    let url = try #require(WitnessURL(text))
    #expect((url.host, url.port, url.path, url.hostHeader) == (host, port, path, header))
    #expect(url.isSecure == text.hasPrefix("https"))
  }

  @Test(arguments: [
    "", "witness.example", "ftp://witness.example", "https://", "https://user@witness.example",
    "https://witness.example?a=b", "https://witness.example#a", "https://witness.example:0",
    "https://witness.example:65536",
  ])
  func whatIsNoURLOfAWitnessIsRefused(text: String) {
    #expect(WitnessURL(text) == nil)
  }

  @Test func bothOrNone() throws {
    #expect(try resolve([:]).witness == nil)
    let settings = try resolve([
      .journalWitness: ["https://witness.example/w"], .journalWitnessKey: [Self.key],
    ]).witness
    #expect(settings?.url.description == "https://witness.example/w")
    #expect(settings?.key.description == Self.key)
    #expect(throws: ConfigurationError.self) {
      try resolve([.journalWitness: ["https://witness.example"]])
    }
    #expect(throws: ConfigurationError.self) { try resolve([.journalWitnessKey: [Self.key]]) }
  }

  @Test func aKeyThatIsNoWitnesssIsRefused() {
    #expect(throws: ConfigurationError.self) {
      try resolve([
        .journalWitness: ["https://witness.example"],
        .journalWitnessKey: ["witness.example/w1+00000000+AQAA"],
      ])
    }
  }
}
