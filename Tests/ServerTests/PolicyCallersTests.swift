import Foundation
import Logging
import Provisioning
import Testing

@testable import Server

@Suite("Callers of the policy document")
struct PolicyCallersTests {
  private static let grants = "organizations: [acme], permissions: [users.create]"

  private func load(_ caller: String) throws -> [CallerEntry] {
    try PolicyDocument.load(
      yaml: policyDocument(callers: "callers:\n  - {id: a, \(caller), \(Self.grants)}\n"),
      file: "p.yaml"
    ).callers
  }

  @Test("Each way of proving who one is")
  func credentials() throws {
    let digit = String(repeating: "1", count: 64)
    let letter = String(repeating: "aB", count: 32)
    let digests = try [digit, letter].map { try #require(TokenDigest(hexadecimal: $0)) }
    let pattern = try #require(SPIFFEIDPattern("spiffe://d/ns/*"))
    let cases: [(String, CallerCredential, CallerAuthentication)] = [
      ("anonymous: true", .anonymous, .anonymous),
      ("spiffe_id: \"spiffe://d/ns/*\"", .spiffeID(pattern), .certificate),
      ("dns: Api.Corp.Example", .dnsName("api.corp.example"), .certificate),
      ("token_sha256: \(digit)", .tokens([digests[0]]), .token),
      ("token_sha256: \(letter)", .tokens([digests[1]]), .token),
      ("token_sha256: [\(digit), '\(letter)']", .tokens(digests), .token),
    ]
    for (text, credential, authentication) in cases {
      let entry = try #require(try load(text).first)
      #expect(entry.credential == credential)
      #expect(entry.caller.authentication == authentication)
      #expect(entry.caller.permissions == [.createUsers])
      #expect(entry.rate == nil)
    }
  }

  @Test("Rates; without a burst the calls of one second come at once")
  func rates() throws {
    let cases: [(String, Double, Int)] = [
      ("{per_second: 10, burst: 20}", 10, 20), ("{per_second: 0.5}", 0.5, 1),
      ("{per_second: 2.5}", 2.5, 3), ("{burst: 1, per_second: 1000000}", 1_000_000, 1),
    ]
    for (text, perSecond, burst) in cases {
      let entry = try #require(try load("anonymous: true, rate: \(text)").first)
      #expect(entry.rate == CallRate(perSecond: perSecond, burst: burst))
    }
  }

  @Test("A token's digest that is one number to YAML is read as it stands")
  func numbers() throws {
    for text in [String(repeating: "0", count: 64), "1e" + String(repeating: "1", count: 62)] {
      let digest = try #require(TokenDigest(hexadecimal: text))
      #expect(try load("token_sha256: \(text)").first?.credential == .tokens([digest]))
    }
  }

  static let zeros = String(repeating: "0", count: 64)
  private static let keys =
    "id, spiffe_id, dns, token_sha256, jwt, anonymous, organizations, permissions, rate"
  private static let oneOf = "one of spiffe_id, dns, token_sha256, jwt, anonymous"
  private static let digestAccepted =
    "the SHA-256 of a token, 64 hexadecimal digits, or a list of them (provisiond token new)"
  private static let dnsAccepted = "a DNS name without wildcard, e.g. billing.corp.example"
  private static let perSecond = "calls a second in the long run, 0.001 to 1000000"
  private static let burst = "calls at once, a whole number from 1 to 1000000"

  static let brokenCallers: [(String, String)] = [
    (
      "anonymous: true, dns: a.b",
      "8:24: callers[0].anonymous: contradicts dns beside it; "
        + "accepted: \(oneOf); another way in is a caller of its own"
    ),
    (
      "anonymous: false",
      "8:24: callers[0].anonymous: false is the same as leaving it out; "
        + "accepted: true"
    ),
    ("spiffe: x", "8:13: callers[0].spiffe: unknown key; accepted: \(keys)"),
    (
      "spife_id: x",
      "8:13: callers[0].spife_id: unknown key, did you mean spiffe_id?; "
        + "accepted: \(keys)"
    ),
    (
      "spiffe_id: \"spiffe://*/a\"",
      "8:24: callers[0].spiffe_id: not a SPIFFE ID; "
        + "accepted: \(SPIFFEIDPattern.accepted)"
    ),
    (
      "spiffe_id: [\"spiffe://d/a\"]",
      "8:24: callers[0].spiffe_id: a list where text is expected; "
        + "accepted: \(SPIFFEIDPattern.accepted)"
    ),
    ("dns: \"*.b\"", "8:18: callers[0].dns: not a DNS name; accepted: \(dnsAccepted)"),
    ("dns: a..b", "8:18: callers[0].dns: not a DNS name; accepted: \(dnsAccepted)"),
    ("dns: -a.b", "8:18: callers[0].dns: not a DNS name; accepted: \(dnsAccepted)"),
    ("dns: bücher.example", "8:18: callers[0].dns: not a DNS name; accepted: \(dnsAccepted)"),
    ("token_sha256: []", "8:27: callers[0].token_sha256: no token; accepted: \(digestAccepted)"),
    (
      "token_sha256: abc",
      "8:27: callers[0].token_sha256: not a SHA-256; "
        + "accepted: \(digestAccepted)"
    ),
    (
      "token_sha256: [\(zeros), \(zeros)]",
      "8:94: callers[0].token_sha256[1]: listed twice; "
        + "accepted: each entry at most once"
    ),
    (
      "jwt: {issuer: i}",
      "8:18: callers[0].jwt: jwks_file is missing; "
        + "accepted: all of issuer, audience, subject, jwks_file"
    ),
    (
      "jwt: {issuer: i, jwks_file: k}",
      "8:18: callers[0].jwt: audience is missing; "
        + "accepted: all of issuer, audience, subject, jwks_file"
    ),
    (
      "jwt: {kid: i}",
      "8:19: callers[0].jwt.kid: unknown key; "
        + "accepted: issuer, audience, subject, jwks_file"
    ),
    (
      "anonymous: true, rate: {burst: 1}",
      "8:36: callers[0].rate: per_second is missing; "
        + "accepted: per_second: \(perSecond)"
    ),
    (
      "anonymous: true, rate: {per_second: 0}",
      "8:49: callers[0].rate.per_second: not such a number; "
        + "accepted: \(perSecond)"
    ),
    (
      "anonymous: true, rate: {per_second: 1e3}",
      "8:49: callers[0].rate.per_second: not such a number; "
        + "accepted: \(perSecond)"
    ),
    (
      "anonymous: true, rate: {per_second: -1}",
      "8:49: callers[0].rate.per_second: not such a number; "
        + "accepted: \(perSecond)"
    ),
    (
      "anonymous: true, rate: {per_second: 1, burst: 0}",
      "8:59: callers[0].rate.burst: not such a number; "
        + "accepted: \(burst)"
    ),
    (
      "anonymous: true, rate: {per_second: 1, burst: 1.5}",
      "8:59: callers[0].rate.burst: not such a number; "
        + "accepted: \(burst)"
    ),
    (
      "anonymous: true, rate: 10",
      "8:36: callers[0].rate: a number where a map is expected; "
        + "accepted: per_second, burst"
    ),
  ]

  @Test("Broken callers", arguments: brokenCallers)
  func broken(_ text: String, _ message: String) {
    do {
      _ = try load(text)
      Issue.record("the document was accepted")
    } catch {
      #expect("\(error)" == "p.yaml:" + message)
    }
  }

  /// A folder with a document whose one caller is known by tokens of `keys.json`.
  private func withDocument(
    keys: String?, _ body: (_ folder: URL, _ document: String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let document = folder.appending(path: "policy.yaml")
    let jwt = "jwt: {issuer: i, audience: a, subject: s, jwks_file: keys.json}"
    try Data(
      policyDocument(callers: "callers:\n  - {id: a, \(jwt), \(Self.grants)}\n").utf8
    ).write(to: document)
    if let keys { try Data(keys.utf8).write(to: folder.appending(path: "keys.json")) }
    try body(folder, document.path)
  }

  @Test("Key files lie beside the document; what is wrong with them names their key")
  func keyFiles() throws {
    let keys = try IssuerKeys().jwks
    try withDocument(keys: keys) { _, document in
      _ = try PolicyDocument.load(path: document)
    }
    for (content, problem) in [
      (nil, "the file cannot be read"), ("{}", "the file is not a JSON Web Key Set"),
      (
        #"{"keys":[{"kty":"oct","kid":"1","k":"c2VjcmV0"}]}"#,
        "the file holds a private or shared key"
      ),
    ] {
      try withDocument(keys: content) { _, document in
        let error = #expect(throws: PolicyDocumentError.self) {
          try PolicyDocument.load(path: document)
        }
        #expect(error?.key == "callers[0].jwt.jwks_file")
        #expect(error?.problem == problem)
        #expect(error?.line == 8)
      }
    }
  }

  @Test("Key files are watched, and read again with the document")
  func reload() throws {
    try withDocument(keys: try IssuerKeys().jwks) { folder, document in
      let store = try PolicyStore(path: document)
      let before = store.inForce
      func haveFilesChanged() -> Bool {
        var files = store.files
        return files.haveChanged()
      }
      #expect(!haveFilesChanged())
      let file = folder.appending(path: "keys.json")
      try Data("{}".utf8).write(to: file)
      #expect(haveFilesChanged())
      store.reload(silent)
      #expect(store.inForce === before)
      #expect(store.readiness.detail.contains("not a JSON Web Key Set"))
      #expect(!haveFilesChanged())
      try Data(try IssuerKeys().jwks.utf8).write(to: file)
      #expect(haveFilesChanged())
      store.reload(silent)
      #expect(store.inForce !== before)
    }
  }
}

private let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
