import JSON

/// A JSON Web Token in the compact form (RFC 7519; RFC 7515, section 7.1), read but not verified.
struct JSONWebToken: Sendable {
  /// Types that are access or identity tokens (RFC 8725, section 3.11). One of another kind, such
  /// as a logout token, has not been issued to call anybody with.
  private static let types = ["jwt", "at+jwt", "application/at+jwt"]

  let algorithm: SignatureAlgorithm
  let keyID: String
  let claims: JSONWebTokenClaims
  /// What is signed: the token up to its last dot.
  let signingInput: ArraySlice<UInt8>
  let signature: [UInt8]

  /// - Throws: `.token` for what is no such token, else what of it is not accepted.
  init(_ token: ArraySlice<UInt8>) throws(AuthenticationFailure) {
    let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decode(parts[0]),
      let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
    else { throw .token }
    signingInput = token[..<parts[1].endIndex]
    self.signature = signature
    (algorithm, keyID) = try Self.readHeader(header)
    guard let claims = try? JSONWebTokenClaims(payload) else { throw .token }
    self.claims = claims
  }

  private static func readHeader(
    _ bytes: [UInt8]
  ) throws(AuthenticationFailure) -> (SignatureAlgorithm, String) {
    var texts: [String: String] = [:]
    var isCritical = false
    do {
      var json = JSONReader(bytes)
      var names: Set<String> = []
      try json.object { json, name throws(JSONError) in
        // RFC 7515, section 4: each name once.
        guard names.insert(name.text).inserted else { throw .malformed }
        switch name {
        case "alg", "kid", "typ": texts[name.text] = try json.string()
        case "crit":
          isCritical = true
          try json.skipValue()
        default: try json.skipValue()
        }
      }
      try json.end()
    } catch {
      throw .token
    }
    guard let algorithm = texts["alg"].flatMap(SignatureAlgorithm.init) else {
      throw .jwtAlgorithm
    }
    // None of its extensions is known here, and whoever wrote it wants them understood.
    if isCritical { throw .jwtCritical }
    if let type = texts["typ"], !types.contains(type.lowercased()) { throw .jwtType }
    guard let keyID = texts["kid"] else { throw .jwtKeyID }
    return (algorithm, keyID)
  }
}

/// What a token says of its holder (RFC 7519, section 4.1). Times are seconds of the Unix epoch.
struct JSONWebTokenClaims: Equatable, Sendable {
  var issuer: String?
  var audiences: [String] = []
  var subject: String?
  var expiry: Int64?
  var notBefore: Int64?
  var issuedAt: Int64?

  init(_ payload: [UInt8]) throws(JSONError) {
    var json = JSONReader(payload)
    var names: Set<String> = []
    try json.object { json, name throws(JSONError) in
      guard names.insert(name.text).inserted else { throw .malformed }
      switch name {
      case "iss": issuer = try json.string()
      case "sub": subject = try json.string()
      case "aud": audiences = try Self.readAudiences(&json)
      case "exp": expiry = try json.number().epochTime().seconds
      case "nbf": notBefore = try json.number().epochTime().seconds
      case "iat": issuedAt = try json.number().epochTime().seconds
      default: try json.skipValue()
      }
    }
    try json.end()
  }

  /// One text or a list of them.
  private static func readAudiences(_ json: inout JSONReader) throws(JSONError) -> [String] {
    var attempt = json
    if let audience = try? attempt.string() {
      json = attempt
      return [audience]
    }
    var audiences: [String] = []
    try json.array { json throws(JSONError) in audiences.append(try json.string()) }
    return audiences
  }
}
