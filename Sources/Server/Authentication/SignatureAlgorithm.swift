/// The signatures of JSON Web Tokens that are accepted (RFC 7518, section 3.1; RFC 8037). Not among
/// them: `none`, and everything with a shared key.
enum SignatureAlgorithm: String, CaseIterable, Sendable {
  case rs256 = "RS256"
  case ps256 = "PS256"
  case es256 = "ES256"
  case es384 = "ES384"
  case edDSA = "EdDSA"
}
