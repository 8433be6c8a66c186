import Foundation
import Provisioning
import Testing

@testable import Server

@Suite("JSON Web Tokens")
struct JSONWebTokenTests {
  private static let keys = Result { try IssuerKeys() }

  private static let callers = """
    - id: job
      jwt: {issuer: "https://issuer.example", audience: provisiond, subject: job, jwks_file: k}
      organizations: ["*"]
      permissions: ["*"]
    - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
    """

  private static func verifier(_ keys: IssuerKeys) throws -> JSONWebTokenVerifier {
    let requirement = JWTRequirement(
      issuer: "https://issuer.example", audience: "provisiond", subject: "job", keySetPath: "k")
    let caller = Caller(
      id: "job", authentication: .jwt, organizations: .all, permissions: [])
    return JSONWebTokenVerifier(
      [CallerEntry(caller: caller, credential: .jwt(requirement))], keySets: ["k": try keys.set])
  }

  private func verdict(
    _ token: String, at now: Int64 = TokenDraft.now
  ) throws -> AuthenticationFailure? {
    let verifier = try Self.verifier(Self.keys.get())
    do throws(AuthenticationFailure) {
      try verifier.verify(Array(token.utf8)[...]).checkValidity(at: now)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "Every algorithm of the list, with a key of its kind",
    arguments: [
      ("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "p256"), ("ES384", "p384"),
      ("EdDSA", "ed25519"),
    ])
  func algorithms(_ algorithm: String, _ key: String) throws {
    var draft = TokenDraft()
    (draft.header, draft.algorithm) = (#"{"alg":"\#(algorithm)","kid":"\#(key)"}"#, algorithm)
    #expect(try verdict(draft.token(Self.keys.get())) == nil)
  }

  @Test(
    "Claims that are accepted",
    arguments: [
      #"{"iss":"https://issuer.example","aud":"provisiond","sub":"job","exp":1800000001}"#,
      #"{"iss":"https://issuer.example","aud":["a","provisiond"],"sub":"job","exp":1.8e9}"#,
      #"{"iss":"https://issuer.example","aud":"provisiond","sub":"job","exp":1799999971}"#,
      #"{"iss":"https://issuer.example","aud":"provisiond","sub":"job","exp":1800000001.5,"#
        + #""nbf":1800000030,"x":{"y":[null,1,"z"]}}"#,
    ])
  func claims(_ claims: String) throws {
    #expect(try verdict(TokenDraft(claims: claims).token(Self.keys.get())) == nil)
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var failure: AuthenticationFailure
    var change: @Sendable (inout TokenDraft) -> Void

    init(
      _ name: String, _ failure: AuthenticationFailure,
      _ change: @escaping @Sendable (inout TokenDraft) -> Void
    ) {
      (testDescription, self.failure, self.change) = (name, failure, change)
    }

    static func header(_ text: String, _ failure: AuthenticationFailure) -> Bad {
      Bad("header \(text)", failure) { $0.header = text }
    }

    static func claims(_ text: String, _ failure: AuthenticationFailure) -> Bad {
      Bad("claims \(text)", failure) {
        $0.claims =
          #"{"iss":"https://issuer.example","aud":"provisiond","sub":"job","#
          + #""exp":1800000300}"#
        guard let colon = text.firstIndex(of: ":") else { return }
        let name = text[..<colon]
        var members = $0.claims.dropFirst().dropLast().split(separator: ",").map(String.init)
        members.removeAll { $0.hasPrefix(name) }
        if !text.hasSuffix(":") { members.append(text) }
        $0.claims = "{" + members.joined(separator: ",") + "}"
      }
    }
  }

  static let bad: [Bad] = [
    // Algorithms.
    .header(#"{"alg":"none","kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"alg":"None","kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"alg":"HS256","kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"alg":"ES512","kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"alg":"es256","kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"alg":"RS1","kid":"rsa"}"#, .jwtAlgorithm),
    .header(#"{"alg":"","kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"alg":"RS256","kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"alg":"ES384","kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"alg":"EdDSA","kid":"p256"}"#, .jwtAlgorithm),
    .header(#"{"alg":"ES256","kid":"ed25519"}"#, .jwtAlgorithm),
    // Keys.
    .header(#"{"alg":"ES256","kid":"nobody"}"#, .jwtKeyID),
    .header(#"{"alg":"ES256"}"#, .jwtKeyID),
    .header(#"{"alg":"ES256","kid":""}"#, .jwtKeyID),
    .header(#"{"alg":"RS256","kid":"encryption"}"#, .jwtKeyID),
    .header(#"{"alg":"ES256","kid":"future"}"#, .jwtKeyID),
    .header(#"{"alg":"ES256","jwk":{"kty":"EC"}}"#, .jwtKeyID),
    .header(#"{"alg":"ES256","kid":"../p256"}"#, .jwtKeyID),
    // Other parts of the header.
    .header(#"{"alg":"ES256","kid":"p256","crit":["exp"]}"#, .jwtCritical),
    .header(#"{"alg":"ES256","kid":"p256","crit":["b64"],"b64":false}"#, .jwtCritical),
    .header(#"{"alg":"ES256","kid":"p256","crit":[]}"#, .jwtCritical),
    .header(#"{"alg":"ES256","kid":"p256","typ":"logout+jwt"}"#, .jwtType),
    .header(#"{"alg":"none","alg":"ES256","kid":"p256"}"#, .token),
    .header(#"{"alg":"ES256","alg":"none","kid":"p256"}"#, .token),
    .header(#"{"alg":["ES256"],"kid":"p256"}"#, .token),
    .header(#"{"alg":"ES256","kid":7}"#, .token),
    .header(#"["ES256"]"#, .token),
    .header(#"{"alg":"ES256","kid":"p256"}x"#, .token),
    .header("", .token),
    .header(String(repeating: #"{"a":"#, count: 5000), .token),
    // Claims.
    .claims(#""iss":"https://issuer.example/""#, .jwtIssuer),
    .claims(#""iss":"https://other.example""#, .jwtIssuer),
    .claims(#""iss":"#, .jwtIssuer),
    .claims(#""aud":"other""#, .jwtAudience),
    .claims(#""aud":["other"]"#, .jwtAudience),
    .claims(#""aud":[]"#, .jwtAudience),
    .claims(#""aud":"Provisiond""#, .jwtAudience),
    .claims(#""aud":"#, .jwtAudience),
    .claims(#""sub":"job2""#, .jwtSubject),
    .claims(#""sub":"*""#, .jwtSubject),
    .claims(#""sub":"#, .jwtSubject),
    .claims(#""sub":["job"]"#, .token),
    .claims(#""exp":"#, .jwtExpiry),
    .claims(#""exp":1799999970"#, .jwtExpiry),
    .claims(#""exp":0"#, .jwtExpiry),
    .claims(#""exp":-1"#, .jwtExpiry),
    .claims(#""exp":"1800000300""#, .token),
    .claims(#""exp":null"#, .token),
    .claims(#""exp":1e400"#, .token),
    .claims(#""nbf":1800000031"#, .jwtNotBefore),
    .claims(#""nbf":"never""#, .token),
    .claims(#""iat":1800000031"#, .jwtIssuedAt),
    Bad("claims twice", .token) { $0.claims = $0.claims.dropLast() + #","sub":"job"}"# },
    Bad("claims that are a list", .token) { $0.claims = "[]" },
    Bad("no claims", .token) { $0.claims = "" },
    // Signatures.
    Bad("no signature", .jwtSignature) { $0.algorithm = "none" },
    Bad("another key", .jwtSignature) { $0.algorithm = "EdDSA" },
    Bad("PS256 signed as RS256", .jwtSignature) {
      ($0.header, $0.algorithm) = (#"{"alg":"PS256","kid":"rsa"}"#, "RS256")
    },
    Bad("RS256 signed as PS256", .jwtSignature) {
      ($0.header, $0.algorithm) = (#"{"alg":"RS256","kid":"rsa"}"#, "PS256")
    },
  ]

  @Test("Tokens that are refused", arguments: bad)
  func refused(_ bad: Bad) throws {
    var draft = TokenDraft()
    bad.change(&draft)
    #expect(try verdict(draft.token(Self.keys.get())) == bad.failure)
  }

  @Test("No byte of a token can be changed")
  func everyByte() throws {
    let token = Array(try TokenDraft().token(Self.keys.get()).utf8)
    for position in stride(from: 0, to: token.count, by: 3) {
      var changed = token
      changed[position] = changed[position] == UInt8(ascii: "A") ? 0x42 : 0x41
      #expect(try verdict(String(decoding: changed, as: UTF8.self)) != nil, "\(position)")
    }
  }

  @Test(
    "What is no token in the compact form",
    arguments: ["a", "a.b", "a.b.c.d", "..", "a..c", "é.b.c", "e30=.e30.e30", "e30.e30"])
  func shape(_ text: String) throws {
    #expect(try verdict(text) == .token)
  }

  @Test("A verified token is remembered, but not beyond its end")
  func memory() throws {
    let keys = try Self.keys.get()
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "keys.json").path
    try Data(try keys.jwks.utf8).write(to: URL(filePath: path))
    let authenticator = try makeAuthenticator(
      Self.callers.replacing("jwks_file: k", with: "jwks_file: \"\(path)\""),
      keySets: [path: keys.set])
    let context = makeContext(authorization: ["Bearer " + (try TokenDraft().token(keys))])
    for _ in 0..<2 { #expect(authenticator.verdict(of: context) == .success("job")) }
    let late = TokenDraft.now + 330
    #expect(authenticator.verdict(of: context, at: late - 1) == .success("job"))
    for _ in 0..<2 {
      #expect(authenticator.verdict(of: context, at: late) == .failure(.jwtExpiry))
    }
  }
}
