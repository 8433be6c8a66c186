import Provisioning

/// Reads `callers`: who may call, how each proves who it is, and what it may do.
struct PolicyCallersReader {
  /// Where the files of public keys are found; it keeps what it has read.
  let keySets: KeySetFiles

  private static let credentials = PolicyCallerShape.credentials
  private static let credentialAccepted = "one of " + credentials.joined(separator: ", ")

  func read(_ node: DocumentNode) throws(PolicyDocumentError) -> [CallerEntry] {
    var callers: [CallerEntry] = []
    for item in try node.items(accepted: "a list of callers") {
      callers.append(try readCaller(item))
    }
    return callers
  }

  private func readCaller(_ node: DocumentNode) throws(PolicyDocumentError) -> CallerEntry {
    let fields = try node.fields(PolicyCallerShape.caller.keys)
    guard let id = fields["id"] else {
      throw node.error("id is missing", accepted: "id: NAME")
    }
    let credential = try readCredential(fields, of: node)
    guard let organizations = fields["organizations"] else {
      throw node.error("organizations is missing", accepted: "a list of names, or [\"*\"]")
    }
    guard let permissions = fields["permissions"] else {
      throw node.error("permissions is missing", accepted: Self.permissionsAccepted)
    }
    return CallerEntry(
      caller: Caller(
        id: try id.text(), authentication: credential.authentication,
        organizations: try Self.readGrant(organizations),
        permissions: try Self.readPermissions(permissions)),
      credential: credential, rate: try fields["rate"].map(Self.readRate))
  }

  // MARK: Credentials

  private func readCredential(
    _ fields: [String: DocumentNode], of node: DocumentNode
  ) throws(PolicyDocumentError) -> CallerCredential {
    let given = Self.credentials.filter { fields[$0] != nil }
    guard let key = given.first, let value = fields[key] else {
      throw node.error(
        "nothing says how the caller proves who it is", accepted: Self.credentialAccepted)
    }
    if given.count > 1, let second = fields[given[1]] {
      throw second.error(
        "contradicts \(key) beside it",
        accepted: "\(Self.credentialAccepted); another way in is a caller of its own")
    }
    switch key {
    case "spiffe_id": return .spiffeID(try Self.readSPIFFEID(value))
    case "dns": return .dnsName(try Self.readDNSName(value))
    case "token_sha256": return .tokens(try Self.readTokens(value))
    case "jwt": return .jwt(try readJWT(value))
    default: return try Self.readAnonymous(value)
    }
  }

  private static func readAnonymous(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> CallerCredential {
    guard try node.flag() else {
      throw node.error("false is the same as leaving it out", accepted: "true")
    }
    return .anonymous
  }

  private static func readSPIFFEID(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> SPIFFEIDPattern {
    guard let pattern = SPIFFEIDPattern(try node.text(accepted: SPIFFEIDPattern.accepted)) else {
      throw node.error("not a SPIFFE ID", accepted: SPIFFEIDPattern.accepted)
    }
    return pattern
  }

  /// A host name as certificates have it (RFC 5280, section 4.2.1.6), written out.
  private static func readDNSName(_ node: DocumentNode) throws(PolicyDocumentError) -> String {
    let accepted = "a DNS name without wildcard, e.g. billing.corp.example"
    let name = try node.text(accepted: accepted).lowercased()
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isName = labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
        && label.last != UInt8(ascii: "-")
        && label.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
    }
    guard isName, name.utf8.count <= 253 else {
      throw node.error("not a DNS name", accepted: accepted)
    }
    return name
  }

  private static let tokensAccepted =
    "the SHA-256 of a token, 64 hexadecimal digits, or a list of them (provisiond token new)"

  private static func readTokens(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> [TokenDigest] {
    guard node.isList else { return [try readToken(node)] }
    let tokens = try node.list(accepted: tokensAccepted, readToken)
    guard !tokens.isEmpty else { throw node.error("no token", accepted: tokensAccepted) }
    return tokens
  }

  /// Digits without a letter among them are a number to YAML.
  private static func readToken(_ node: DocumentNode) throws(PolicyDocumentError) -> TokenDigest {
    guard let digest = TokenDigest(hexadecimal: try node.plainText(accepted: tokensAccepted)) else {
      throw node.error("not a SHA-256", accepted: tokensAccepted)
    }
    return digest
  }

  private static let jwtKeys = PolicyCallerShape.jwt.keys

  private func readJWT(_ node: DocumentNode) throws(PolicyDocumentError) -> JWTRequirement {
    let fields = try node.fields(Self.jwtKeys)
    func text(_ key: String) throws(PolicyDocumentError) -> String {
      guard let value = fields[key] else {
        throw node.error("\(key) is missing", accepted: "all of \(Self.jwtKeys.accepted)")
      }
      let text = try value.text()
      guard !text.isEmpty else { throw value.error("empty", accepted: "text") }
      return text
    }
    let file = try text("jwks_file")
    var requirement = JWTRequirement(
      issuer: try text("issuer"), audience: try text("audience"), subject: try text("subject"),
      keySetPath: file)
    do {
      requirement.keySetPath = try keySets.read(file)
    } catch {
      throw (fields["jwks_file"] ?? node).error(
        error.description,
        accepted: "a JSON Web Key Set: each key public, with kid and of kty RSA (2048 bits or "
          + "more), EC (P-256, P-384) or OKP (Ed25519)")
    }
    return requirement
  }

  // MARK: Rate

  private static func readRate(_ node: DocumentNode) throws(PolicyDocumentError) -> CallRate {
    let fields = try node.fields(PolicyCallerShape.rate.keys)
    let perSecondAccepted = "calls a second in the long run, 0.001 to 1000000"
    let burstAccepted = "calls at once, a whole number from 1 to 1000000"
    guard let perSecond = fields["per_second"] else {
      throw node.error("per_second is missing", accepted: "per_second: " + perSecondAccepted)
    }
    let text = try perSecond.plainText(accepted: perSecondAccepted)
    guard text.utf8.allSatisfy(isDecimalByte), let number = Double(text),
      CallRate.perSecondRange.contains(number)
    else { throw perSecond.error("not such a number", accepted: perSecondAccepted) }
    // Where nothing is said, the calls of one second may come at once.
    var burst = Int(number.rounded(.up))
    if let node = fields["burst"] {
      guard let value = Int(try node.plainText(accepted: burstAccepted)),
        CallRate.burstRange.contains(value)
      else { throw node.error("not such a number", accepted: burstAccepted) }
      burst = value
    }
    guard let rate = CallRate(perSecond: number, burst: burst) else {
      throw node.error("not a rate", accepted: "{per_second: 10, burst: 20}")
    }
    return rate
  }

  private static func isDecimalByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
  }

  // MARK: Grants

  private static func readGrant(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> Caller.Organizations {
    let names = try node.names()
    guard names.contains("*") else { return .only(Set(names)) }
    guard names.count == 1 else {
      throw node.error("* contradicts the names beside it", accepted: "[\"*\"] or names")
    }
    return .all
  }

  private static let permissionsAccepted =
    Permission.allCases.map(\.rawValue).joined(separator: ", ") + ", or [\"*\"]"

  private static func readPermissions(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> Set<Permission> {
    let items = try node.items(accepted: permissionsAccepted)
    if items.count == 1, try items[0].text(accepted: permissionsAccepted) == "*" {
      return Set(Permission.allCases)
    }
    let known = Permission.allCases.map(\.rawValue)
    let permissions = try node.list(
      accepted: permissionsAccepted
    ) { item throws(PolicyDocumentError) in
      let name = try item.text(accepted: permissionsAccepted)
      guard let permission = Permission(rawValue: name) else {
        throw item.error(
          "unknown permission" + Suggestion.text(for: name, among: known),
          accepted: permissionsAccepted)
      }
      return permission
    }
    return Set(permissions)
  }
}
