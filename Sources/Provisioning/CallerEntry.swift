/// What a call has to prove itself with to be an entry of the policy's `callers`: exactly one.
package enum CallerCredential: Equatable, Sendable {
  /// A call without any credential.
  case anonymous
  /// A client certificate whose SPIFFE ID matches.
  case spiffeID(SPIFFEIDPattern)
  /// A client certificate with this DNS name, in lower case, among its subject alternative names.
  case dnsName(String)
  /// One of several bearer tokens; more than one while they are rotated.
  case tokens([TokenDigest])
  /// A JSON Web Token.
  case jwt(JWTRequirement)
}

/// What a JSON Web Token has to say, and whose keys have to have signed it.
package struct JWTRequirement: Hashable, Sendable {
  /// The claim `iss`.
  package var issuer: String
  /// One of the claim `aud`.
  package var audience: String
  /// The claim `sub`.
  package var subject: String
  /// The file with the issuer's public keys (RFC 7517).
  package var keySetPath: String

  package init(issuer: String, audience: String, subject: String, keySetPath: String) {
    self.issuer = issuer
    self.audience = audience
    self.subject = subject
    self.keySetPath = keySetPath
  }

  package func hasIssuer(_ issuer: String?) -> Bool {
    issuer?.hasSameBytes(as: self.issuer) ?? false
  }

  package func hasAudience(among audiences: [String]) -> Bool {
    audiences.contains { $0.hasSameBytes(as: audience) }
  }

  package func hasSubject(_ subject: String?) -> Bool {
    subject?.hasSameBytes(as: self.subject) ?? false
  }
}

/// One entry of the policy's `callers`: who it is, how it proves that, and how often it may call.
package struct CallerEntry: Equatable, Sendable {
  package var caller: Caller
  package var credential: CallerCredential
  /// `nil`: without limit.
  package var rate: CallRate?

  package init(caller: Caller, credential: CallerCredential, rate: CallRate? = nil) {
    self.caller = caller
    self.credential = credential
    self.rate = rate
  }
}

extension CallerCredential {
  /// How a caller of this entry has proved who it is.
  package var authentication: CallerAuthentication {
    switch self {
    case .anonymous: .anonymous
    case .spiffeID, .dnsName: .certificate
    case .tokens: .token
    case .jwt: .jwt
    }
  }
}
