import Crypto
import Foundation
import GRPC
import Provisioning
import Testing
import X509

@testable import Server

@Suite("Which caller a call comes from")
struct CallerAuthenticatorTests {
  private static let grants = "organizations: [\"*\"], permissions: [\"*\"]"
  private static let anyone = "- {id: anyone, anonymous: true, \(grants)}\n"
  private static let billing =
    "- {id: billing, spiffe_id: \"spiffe://corp.example/ns/*/sa/api\", \(grants)}\n"
  private static let host = "- {id: host, dns: API.corp.example, \(grants)}\n"

  private static func token(_ id: String, _ texts: String...) -> String {
    let digests = texts.map { text in
      SHA256.hash(data: Array(text.utf8)).map { String(Int($0) + 256, radix: 16).dropFirst() }
        .joined()
    }
    return "- {id: \(id), token_sha256: [\(digests.joined(separator: ", "))], \(grants)}\n"
  }

  private static func certificate(_ names: GeneralName...) throws -> [[UInt8]] {
    [try CertificateDraft(names: names).der()]
  }

  private static let spiffe = GeneralName.uniformResourceIdentifier(
    "spiffe://corp.example/ns/billing/sa/api")

  @Test("No credential is the anonymous caller, or nobody")
  func anonymous() throws {
    #expect(try makeAuthenticator(Self.anyone).verdict(of: makeContext()) == .success("anyone"))
    let other = try makeAuthenticator(Self.billing)
    #expect(other.verdict(of: makeContext()) == .failure(.missing))
  }

  @Test("Tokens, also in rotation, and the scheme in any letter case")
  func tokens() throws {
    let authenticator = try makeAuthenticator(
      Self.token("a", "one", "two") + Self.token("b", "three") + Self.anyone)
    for (text, id) in [("one", "a"), ("two", "a"), ("three", "b")] {
      for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
        let context = makeContext(authorization: ["\(scheme) \(text)"])
        #expect(authenticator.verdict(of: context) == .success(id))
      }
    }
  }

  static let badHeaders: [([String], AuthenticationFailure)] = [
    (["Bearer four"], .token), (["Bearer One"], .token), (["Bearer onee"], .token),
    (["Bearer on"], .token), (["Bearer one="], .token), (["Bearer a.b.c"], .token),
    (["Bearer"], .header), (["Bearer "], .header), ([""], .header), (["one"], .header),
    (["Basic b25l"], .header), (["Bearer one two"], .header), (["Bearer one,two"], .header),
    (["Bearer one;"], .header), (["Bearer \u{e9}"], .header), (["Bearer ==="], .header),
    (["Bearer=one"], .header), (["Token one"], .header), ([" Bearer one"], .header),
    (["Bearer one", "Bearer one"], .header), (["Bearer one", "Basic x"], .header),
    (["Bearer " + String(repeating: "a", count: 16_385)], .header),
    (["Bearer " + String(repeating: "a", count: 16_384)], .token),
  ]

  @Test("A bad credential never falls back to the anonymous caller", arguments: badHeaders)
  func badHeader(_ values: [String], _ failure: AuthenticationFailure) throws {
    let authenticator = try makeAuthenticator(Self.token("a", "one") + Self.anyone)
    #expect(authenticator.verdict(of: makeContext(authorization: values)) == .failure(failure))
  }

  @Test("Certificates by SPIFFE ID and DNS name")
  func certificates() throws {
    let authenticator = try makeAuthenticator(Self.billing + Self.host)
    func verdict(_ names: GeneralName...) throws -> Result<String, AuthenticationFailure> {
      let chain = [try CertificateDraft(names: names).der()]
      // The second time it is remembered.
      let first = authenticator.verdict(of: makeContext(certificates: chain))
      #expect(authenticator.verdict(of: makeContext(certificates: chain)) == first)
      return first
    }
    #expect(try verdict(Self.spiffe) == .success("billing"))
    #expect(try verdict(.dnsName("api.corp.example")) == .success("host"))
    #expect(try verdict(.dnsName("api.corp.example"), Self.spiffe) == .success("billing"))
    let strangers: [GeneralName] = [
      .uniformResourceIdentifier("spiffe://evil.example/ns/billing/sa/api"),
      .uniformResourceIdentifier("spiffe://corp.example/ns/billing/sa/web"),
      .uniformResourceIdentifier("spiffe://corp.example/ns/a/b/sa/api"),
      .dnsName("*.corp.example"), .dnsName("corp.example"), .dnsName("api.corp.example."),
      .dnsName("api.corp.example.evil.example"), .rfc822Name("api.corp.example"),
    ]
    for name in strangers { #expect(try verdict(name) == .failure(.certificate), "\(name)") }
    #expect(try verdict() == .failure(.certificate))
  }

  @Test("A certificate that ran out during a connection is refused from then on")
  func expiry() throws {
    let authenticator = try makeAuthenticator(Self.billing)
    let context = makeContext(certificates: try Self.certificate(Self.spiffe))
    #expect(authenticator.verdict(of: context) == .success("billing"))
    #expect(
      authenticator.verdict(of: context, at: TokenDraft.now + 61)
        == .failure(.certificateNotAfter))
    #expect(
      authenticator.verdict(of: context, at: TokenDraft.now - 61)
        == .failure(.certificateNotBefore))
  }

  @Test("A certificate that TLS asked for is no obstacle where no caller is known by one")
  func admission() throws {
    let context = makeContext(certificates: try Self.certificate(.dnsName("laptop.example")))
    #expect(try makeAuthenticator(Self.anyone).verdict(of: context) == .success("anyone"))
    let mixed = try makeAuthenticator(Self.billing + Self.anyone)
    #expect(mixed.verdict(of: context) == .failure(.certificate))
    let invalid = makeContext(certificates: try Self.certificate(Self.spiffe, Self.spiffe))
    #expect(
      try makeAuthenticator(Self.anyone).verdict(of: invalid) == .failure(.certificateURI))
  }

  @Test("With two credentials the first entry counts, and both have to be valid")
  func both() throws {
    let token = Self.token("tool", "one")
    let chain = try Self.certificate(Self.spiffe)
    let context = makeContext(authorization: ["Bearer one"], certificates: chain)
    #expect(try makeAuthenticator(Self.billing + token).verdict(of: context) == .success("billing"))
    #expect(try makeAuthenticator(token + Self.billing).verdict(of: context) == .success("tool"))
    let bad = makeContext(authorization: ["Bearer two"], certificates: chain)
    let authenticator = try makeAuthenticator(Self.billing + token + Self.anyone)
    #expect(authenticator.verdict(of: bad) == .failure(.token))
    let broken = makeContext(
      authorization: ["Bearer one"], certificates: try Self.certificate(Self.spiffe, Self.spiffe))
    #expect(authenticator.verdict(of: broken) == .failure(.certificateURI))
    let stranger = makeContext(
      authorization: ["Bearer one"], certificates: try Self.certificate(.dnsName("mesh.example")))
    #expect(authenticator.verdict(of: stranger) == .success("tool"))
  }

  @Test("What is remembered is bounded")
  func memory() throws {
    let authenticator = try makeAuthenticator(Self.billing)
    let draft = CertificateDraft(names: [Self.spiffe])
    var der = try draft.der()
    for _ in 0..<(CallerAuthenticator.memoryLimit + 10) {
      // A signature that nobody checks here: another certificate each time.
      for place in der.count - 4..<der.count { der[place] = .random(in: .min ... .max) }
      #expect(
        authenticator.verdict(of: makeContext(certificates: [der])) == .success("billing"))
    }
  }

  @Test("A caller's rate outlives the document, and follows it")
  func rates() throws {
    func document(_ rate: String) -> String {
      "- {id: a, anonymous: true, rate: \(rate), \(Self.grants)}\n"
    }
    let rates = CallRates()
    let time = ContinuousClock.now
    func wait(_ rate: String) throws -> Duration? {
      try makeAuthenticator(document(rate), rates: rates).caller(of: makeContext()) { 0 }
        .wait(at: time)
    }
    #expect(try wait("{per_second: 0.1, burst: 1}") == nil)
    #expect(try wait("{per_second: 0.1, burst: 1}") == .seconds(10))
    #expect(try wait("{per_second: 0.1, burst: 2}") == nil)
    #expect(try wait("{per_second: 0.1, burst: 2}") == .seconds(10))
    let unlimited = try makeAuthenticator(Self.anyone, rates: rates)
    #expect(try unlimited.caller(of: makeContext()) { 0 }.wait(at: time) == nil)
  }
}
