import Provisioning

/// The document as its keys say it, before its rules are merged and held against each other.
struct PolicyDocumentContent {
  var company: PolicyRules
  var organizations: [OrganizationEntry]
  var callers: [CallerEntry]
}

/// Reads the shape of the document: keys, types, words. What the rules mean together is for
/// ``Provisioning/Policy``.
enum PolicyDocumentReader {
  static let version = "1"

  static func read(
    _ root: DocumentNode, defaultRegion: String?, keySets: KeySetFiles
  ) throws(PolicyDocumentError) -> PolicyDocumentContent {
    let fields = try root.fields(
      DocumentKeys(["version", "company", "organizations", "callers"]))
    try checkVersion(fields["version"], of: root)
    guard let organizations = fields["organizations"] else {
      throw root.error("organizations is missing", accepted: organizationsAccepted)
    }
    return PolicyDocumentContent(
      company: try fields["company"].map { node throws(PolicyDocumentError) in
        try PolicyRulesReader.read(node, of: .company, defaultRegion: defaultRegion)
      } ?? PolicyRules(),
      organizations: try readOrganizations(organizations, defaultRegion),
      callers: try fields["callers"].map(PolicyCallersReader(keySets: keySets).read) ?? [])
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
          name: name,
          rules: try PolicyRulesReader.read(
            value, of: .organization, defaultRegion: defaultRegion)))
    }
    guard !organizations.isEmpty else {
      throw node.error("no organization", accepted: organizationsAccepted)
    }
    return organizations
  }
}
