import Testing

@testable import Server

@Suite("Files of public keys")
struct JSONWebKeySetTests {
  private static let p256 =
    #""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
    + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#

  private func refusal(_ text: String) -> JSONWebKeySetError? {
    do throws(JSONWebKeySetError) {
      _ = try JSONWebKeySet(Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test("A key of RFC 7515, A.3")
  func accepted() {
    #expect(refusal(#"{"keys":[{"kid":"1",\#(Self.p256)}],"more":true}"#) == nil)
  }

  static let broken: [(String, JSONWebKeySetError)] = [
    ("", .malformed), ("[]", .malformed), ("{}", .malformed), (#"{"keys":{}}"#, .malformed),
    (#"{"keys":[1]}"#, .malformed), (#"{"keys":[],"keys":[]}"#, .malformed),
    (#"{"keys":[]}"#, .noKey), (#"{"keys":[]} x"#, .malformed),
    (#"{"keys":[{"kid":"1","kid":"2",\#(p256)}]}"#, .malformed),
    (#"{"keys":[{\#(p256)}]}"#, .missing("kid")),
    (#"{"keys":[{"kid":"",\#(p256)}]}"#, .missing("kid")),
    (#"{"keys":[{"kid":"1",\#(p256)},{"kid":"1",\#(p256)}]}"#, .duplicateKeyID),
    (#"{"keys":[{"kid":"1","use":"enc",\#(p256)}]}"#, .noKey),
    (#"{"keys":[{"kid":"1","kty":"EC","crv":"P-521"}]}"#, .noKey),
    (#"{"keys":[{"kid":"1","alg":"HS256",\#(p256)}]}"#, .algorithm("ES256")),
    (#"{"keys":[{"kid":"1","kty":"oct","k":"c2VjcmV0"}]}"#, .secret),
    (
      #"{"keys":[{"kid":"1",\#(p256),"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}]}"#, .secret
    ),
    (#"{"keys":[{"kid":"1","kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}"#, .invalid("x")),
    (#"{"keys":[{"kid":"1","kty":"RSA","e":"AQAB"}]}"#, .missing("n")),
    (#"{"keys":[{"kid":"1","kty":"RSA","n":"AQAB","e":"AQAB"}]}"#, .invalid("key")),
    (#"{"keys":[{"kid":"1","kty":"RSA","n":"AQ==","e":"AQAB"}]}"#, .invalid("n")),
    (#"{"keys":[{"kid":"1","kty":"OKP","crv":"Ed25519","x":"AQAB"}]}"#, .invalid("key")),
  ]

  @Test("Files that are refused", arguments: broken)
  func refused(_ text: String, _ error: JSONWebKeySetError) {
    #expect(refusal(text) == error)
  }

  @Test("Base64 for URLs, one text for each sequence of bytes")
  func base64() {
    for count in 0..<20 {
      let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max) }
      #expect(Base64URL.decode(Base64URL.encode(bytes).utf8) == bytes)
    }
    #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    for text in ["A", "AAAAA", "-_9", "+/8", "AA==", "A A", "Äö"] {
      #expect(Base64URL.decode(text.utf8) == nil)
    }
  }
}
