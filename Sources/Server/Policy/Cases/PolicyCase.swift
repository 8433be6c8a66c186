import Provisioning

/// One example of what a policy does: a request and its caller, and what they must come to.
struct PolicyCase {
  /// What the request must come to. Only what the case names is compared.
  enum Expectation {
    case effective([(field: String, value: String)], decisions: [String]?)
    case refused([(field: String, value: String)])
  }

  var name: String
  /// `nil`: the first caller of the document.
  var callerID: String?
  var request: UserRequest
  var expectation: Expectation
}

extension PolicyCase {
  private static let keys = DocumentKeys(
    ["name", "caller", "request", "effective", "decisions", "refused"])
  private static let effectiveKeys = DocumentKeys(EffectiveFields.names)
  private static let refusedKeys = DocumentKeys(["code", "reason", "fields"])

  static func readAll(_ root: DocumentNode) throws(PolicyDocumentError) -> [PolicyCase] {
    let fields = try root.fields(DocumentKeys(["cases"]))
    guard let list = fields["cases"] else {
      throw root.error("cases is missing", accepted: "cases: [{name, request, effective}]")
    }
    var cases: [PolicyCase] = []
    for item in try list.items(accepted: "a list of cases") { cases.append(try read(item)) }
    guard !cases.isEmpty else { throw list.error("no case", accepted: "one or more") }
    return cases
  }

  private static func read(_ node: DocumentNode) throws(PolicyDocumentError) -> PolicyCase {
    let fields = try node.fields(keys)
    guard let name = fields["name"], let request = fields["request"] else {
      throw node.error("name or request is missing", accepted: keys.accepted)
    }
    let caller = try fields["caller"].map { node throws(PolicyDocumentError) in try node.text() }
    return PolicyCase(
      name: try name.text(), callerID: caller, request: try RequestReader.read(request),
      expectation: try expectation(fields, of: node))
  }

  private static func expectation(
    _ fields: [String: DocumentNode], of node: DocumentNode
  ) throws(PolicyDocumentError) -> Expectation {
    if let refused = fields["refused"] {
      guard fields["effective"] == nil, fields["decisions"] == nil else {
        throw node.error("refused contradicts what stands beside it", accepted: "one of them")
      }
      return .refused(try values(refused, refusedKeys))
    }
    guard fields["effective"] != nil || fields["decisions"] != nil else {
      throw node.error("nothing is expected", accepted: "effective, decisions or refused")
    }
    let decisions = try fields["decisions"].map { node throws(PolicyDocumentError) in
      try node.names()
    }
    let effective = try fields["effective"].map { node throws(PolicyDocumentError) in
      try values(node, effectiveKeys)
    }
    return .effective(effective ?? [], decisions: decisions)
  }

  private static func values(
    _ node: DocumentNode, _ keys: DocumentKeys
  ) throws(PolicyDocumentError) -> [(field: String, value: String)] {
    let fields = try node.fields(keys)
    return keys.built.compactMap { name in fields[name].map { (name, $0.canonicalText) } }
  }
}
