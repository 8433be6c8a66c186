import Provisioning

/// The callers of a policy that are known by JSON Web Tokens, with the keys that sign them.
struct JSONWebTokenVerifier: Sendable {
  /// How far the clocks of an issuer and of this machine may be apart, in seconds.
  static let skew: Int64 = 30

  private struct Row: Sendable {
    let entry: Int
    let requirement: JWTRequirement
    let keys: JSONWebKeySet
  }

  private var rows: [Row] = []

  /// - Parameters:
  ///   - entries: the policy's callers, whose places are the result of a verification.
  ///   - keySets: by their paths.
  init(_ entries: [CallerEntry], keySets: [String: JSONWebKeySet]) {
    for (place, entry) in entries.enumerated() {
      guard case .jwt(let requirement) = entry.credential,
        let keys = keySets[requirement.keySetPath]
      else { continue }
      rows.append(Row(entry: place, requirement: requirement, keys: keys))
    }
  }

  var isEmpty: Bool { rows.isEmpty }

  /// A token that was verified: whose it is, and how long.
  struct Verified: Sendable {
    let entry: Int
    fileprivate let claims: JSONWebTokenClaims

    /// - Parameter now: seconds of the Unix epoch.
    func checkValidity(at now: Int64) throws(AuthenticationFailure) {
      // A token that never ends could not be taken back.
      guard let expiry = claims.expiry, now < expiry + skew else { throw .jwtExpiry }
      if let notBefore = claims.notBefore, now < notBefore - skew { throw .jwtNotBefore }
      if let issuedAt = claims.issuedAt, now < issuedAt - skew { throw .jwtIssuedAt }
    }
  }

  /// The first entry whose claims and whose issuer's key the token has. Times are for
  /// ``Verified/checkValidity(at:)``.
  func verify(_ bytes: ArraySlice<UInt8>) throws(AuthenticationFailure) -> Verified {
    let token = try JSONWebToken(bytes)
    var failure = AuthenticationFailure.jwtSignature
    // Tokens may name several audiences: the keys of a file are asked once.
    var refusedBy: Set<String> = []
    for row in try rows(for: token.claims) where !refusedBy.contains(row.requirement.keySetPath) {
      do throws(AuthenticationFailure) {
        try token.checkSignature(by: row.keys)
        return Verified(entry: row.entry, claims: token.claims)
      } catch {
        failure = error
        refusedBy.insert(row.requirement.keySetPath)
      }
    }
    throw failure
  }

  private func rows(
    for claims: JSONWebTokenClaims
  ) throws(AuthenticationFailure) -> [Row] {
    var rows = rows.filter { $0.requirement.hasIssuer(claims.issuer) }
    if rows.isEmpty { throw .jwtIssuer }
    rows = rows.filter { $0.requirement.hasAudience(among: claims.audiences) }
    if rows.isEmpty { throw .jwtAudience }
    rows = rows.filter { $0.requirement.hasSubject(claims.subject) }
    if rows.isEmpty { throw .jwtSubject }
    return rows
  }
}

extension JSONWebToken {
  /// The key is the issuer's of that id, whatever key the token itself may bring along, and the
  /// algorithm one that goes with the key.
  func checkSignature(by keys: JSONWebKeySet) throws(AuthenticationFailure) {
    guard let key = keys[keyID] else { throw .jwtKeyID }
    guard key.admits(algorithm) else { throw .jwtAlgorithm }
    guard key.isValid(signature, of: signingInput, by: algorithm) else { throw .jwtSignature }
  }
}
