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

  /// Whether the same tokens meet both.
  func hasSameClaims(as other: JWTRequirement) -> Bool {
    issuer.hasSameBytes(as: other.issuer) && audience.hasSameBytes(as: other.audience)
      && subject.hasSameBytes(as: other.subject)
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

extension CallerEntry {
  /// What stands against an entry behind others: the first that matches counts, so that nothing
  /// may hide another.
  ///
  /// - Parameter path: of the entry, for the error.
  func checkReachable(
    behind earlier: ArraySlice<CallerEntry>, at path: [String]
  ) throws(PolicyRuleError) {
    for other in earlier {
      guard let (key, problem) = credential.conflict(with: other.credential) else { continue }
      throw PolicyRuleError(
        path: path + key, problem: problem,
        accepted: "what no caller before this one (\(other.caller.id)) is known by")
    }
  }
}

extension CallerCredential {
  /// How an earlier entry with this credential takes the calls of a later one, and under which key.
  fileprivate func conflict(
    with earlier: CallerCredential
  ) -> (key: [String], problem: String)? {
    switch (self, earlier) {
    case (.anonymous, .anonymous):
      (["anonymous"], "an earlier caller is anonymous already")
    case (.spiffeID(let own), .spiffeID(let other)) where other.covers(own):
      (["spiffe_id"], "an earlier caller matches it already")
    case (.dnsName(let own), .dnsName(let other)) where own == other:
      (["dns"], "an earlier caller has this name already")
    case (.tokens(let own), .tokens(let other)) where own.contains(where: other.contains):
      (["token_sha256"], "an earlier caller has this token already")
    case (.jwt(let own), .jwt(let other)) where own.hasSameClaims(as: other):
      (["jwt"], "an earlier caller has the same issuer, audience and subject")
    default: nil
    }
  }

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
