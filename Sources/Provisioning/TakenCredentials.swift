/// What the callers of a document are known by, entry after entry: the first that matches counts, so
/// that none may hide another.
struct TakenCredentials {
  /// By what each of them is known, to its id.
  private var anonymous: String?
  private var dnsNames: [String: String] = [:]
  private var tokens: [TokenDigest: String] = [:]
  private var webTokens: [JWTRequirement: String] = [:]
  private var workloads: [SPIFFEIDPattern: String] = [:]
  /// Those that stand for more than one workload.
  private var openWorkloads: [(pattern: SPIFFEIDPattern, id: String)] = []

  /// - Parameter path: of the entry, for the error.
  mutating func take(_ entry: CallerEntry, at path: [String]) throws(PolicyRuleError) {
    let id = entry.caller.id
    let (key, other) =
      switch entry.credential {
      case .anonymous: ("anonymous", take(anonymousFor: id))
      case .dnsName(let name): ("dns", dnsNames.take(name, for: id))
      case .tokens(let digests): ("token_sha256", take(digests, for: id))
      case .jwt(let requirement): ("jwt", take(requirement, for: id))
      case .spiffeID(let pattern): ("spiffe_id", take(pattern, for: id))
      }
    guard let other else { return }
    throw PolicyRuleError(
      path: path + [key], problem: "the caller \(other) before it is known by this already",
      accepted: "what no caller before this one is known by")
  }

  private mutating func take(anonymousFor id: String) -> String? {
    defer { anonymous = anonymous ?? id }
    return anonymous
  }

  private mutating func take(_ digests: [TokenDigest], for id: String) -> String? {
    digests.reduce(nil) { other, digest in tokens.take(digest, for: id) ?? other }
  }

  /// The same claims are met by the same tokens, whoever has signed them.
  private mutating func take(_ requirement: JWTRequirement, for id: String) -> String? {
    var claims = requirement
    claims.keySetPath = ""
    return webTokens.take(claims, for: id)
  }

  private mutating func take(_ pattern: SPIFFEIDPattern, for id: String) -> String? {
    if let other = openWorkloads.first(where: { $0.pattern.covers(pattern) }) { return other.id }
    if pattern.isOpen { openWorkloads.append((pattern, id)) }
    return workloads.take(pattern, for: id)
  }
}

extension Dictionary where Value == String {
  /// Whose it is already, if anybody's.
  fileprivate mutating func take(_ key: Key, for id: String) -> String? {
    if let other = self[key] { return other }
    self[key] = id
    return nil
  }
}
