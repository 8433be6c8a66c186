import Provisioning

/// The document as its keys say it, before its rules are merged and held against each other.
struct PolicyDocumentContent {
  var company: PolicyRules
  var organizations: [OrganizationEntry]
  var callers: [Caller]
}

/// Reads the shape of the document: keys, types, words. What the rules mean together is for
/// ``Provisioning/Policy``.
enum PolicyDocumentReader {
  static let version = "1"

  static func read(
    _ root: DocumentNode, defaultRegion: String?
  ) throws(PolicyDocumentError) -> PolicyDocumentContent {
    let fields = try root.fields(
      DocumentKeys(["version", "company", "organizations", "callers"]))
    try checkVersion(fields["version"], of: root)
    guard let organizations = fields["organizations"] else {
      throw root.error("organizations is missing", accepted: organizationsAccepted)
    }
    return PolicyDocumentContent(
      company: try fields["company"].map { node throws(PolicyDocumentError) in
        try PolicyRulesReader.read(node, defaultRegion: defaultRegion)
      } ?? PolicyRules(),
      organizations: try readOrganizations(organizations, defaultRegion),
      callers: try fields["callers"].map(readCallers) ?? [])
  }

  private static let organizationsAccepted =
    "organizations: {NAME: {user_pools: [{id: REGION_ID}]}}"

  private static func checkVersion(
    _ node: DocumentNode?, of root: DocumentNode
  ) throws(PolicyDocumentError) {
    guard let node else { throw root.error("version is missing", accepted: "version: \(version)") }
    guard try node.plainText(accepted: version) == version else {
      throw node.error("unknown version", accepted: version)
    }
  }

  private static func readOrganizations(
    _ node: DocumentNode, _ defaultRegion: String?
  ) throws(PolicyDocumentError) -> [OrganizationEntry] {
    var organizations: [OrganizationEntry] = []
    for (name, value) in try node.entries(accepted: organizationsAccepted) {
      organizations.append(
        OrganizationEntry(
          name: name, rules: try PolicyRulesReader.read(value, defaultRegion: defaultRegion)))
    }
    guard !organizations.isEmpty else {
      throw node.error("no organization", accepted: organizationsAccepted)
    }
    return organizations
  }

  // MARK: Callers

  private static let callerKeys = DocumentKeys(
    ["id", "anonymous", "organizations", "permissions"],
    later: ["spiffe_id", "dns", "jwt", "token_sha256", "rate"])

  private static func readCallers(_ node: DocumentNode) throws(PolicyDocumentError) -> [Caller] {
    var callers: [Caller] = []
    for item in try node.items(accepted: "a list of callers") {
      callers.append(try readCaller(item))
    }
    return callers
  }

  private static func readCaller(_ node: DocumentNode) throws(PolicyDocumentError) -> Caller {
    let fields = try node.fields(callerKeys)
    guard let id = fields["id"] else {
      throw node.error("id is missing", accepted: "id: NAME")
    }
    guard let anonymous = fields["anonymous"] else {
      throw node.error(
        "nothing says how the caller proves who it is", accepted: "anonymous: true")
    }
    guard try anonymous.flag() else {
      throw anonymous.error("false is the same as leaving it out", accepted: "true")
    }
    guard let organizations = fields["organizations"] else {
      throw node.error("organizations is missing", accepted: "a list of names, or [\"*\"]")
    }
    guard let permissions = fields["permissions"] else {
      throw node.error("permissions is missing", accepted: permissionsAccepted)
    }
    return Caller(
      id: try id.text(), authentication: .anonymous,
      organizations: try readGrant(organizations), permissions: try readPermissions(permissions))
  }

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
