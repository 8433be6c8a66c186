import Provisioning

/// What was wrong with the credentials of a call. A caller is told none of it; the audit trail has
/// the field.
enum AuthenticationFailure: Error, CaseIterable, Sendable {
  /// No credential, and no anonymous caller.
  case missing
  /// Not one header `authorization: Bearer TOKEN` (RFC 6750).
  case header
  /// No caller has this token, and it is no JSON Web Token that one could have.
  case token
  /// Valid, but no caller is known by it.
  case certificate
  /// Not a certificate that can be read.
  case certificateEncoding
  case certificateNotBefore
  case certificateNotAfter
  /// More than one URI, or one that is a broken SPIFFE ID.
  case certificateURI
  /// A SPIFFE ID in the certificate of an authority.
  case certificateUsage
  case jwtAlgorithm
  case jwtKeyID
  case jwtSignature
  case jwtCritical
  case jwtType
  case jwtIssuer
  case jwtAudience
  case jwtSubject
  case jwtExpiry
  case jwtNotBefore
  case jwtIssuedAt

  /// Where it was wrong, for the record of the denial; `nil` where nothing was presented.
  var field: String? {
    switch self {
    case .missing: nil
    case .header: "authorization"
    case .token: "token"
    case .certificate: "certificate"
    case .certificateEncoding: "certificate.encoding"
    case .certificateNotBefore: "certificate.not_before"
    case .certificateNotAfter: "certificate.not_after"
    case .certificateURI: "certificate.uri"
    case .certificateUsage: "certificate.key_usage"
    case .jwtAlgorithm: "jwt.alg"
    case .jwtKeyID: "jwt.kid"
    case .jwtSignature: "jwt.signature"
    case .jwtCritical: "jwt.crit"
    case .jwtType: "jwt.typ"
    case .jwtIssuer: "jwt.iss"
    case .jwtAudience: "jwt.aud"
    case .jwtSubject: "jwt.sub"
    case .jwtExpiry: "jwt.exp"
    case .jwtNotBefore: "jwt.nbf"
    case .jwtIssuedAt: "jwt.iat"
    }
  }
}
