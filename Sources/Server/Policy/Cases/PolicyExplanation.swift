import Provisioning

/// Says which rule decides, for an organization, and for one request of a caller.
package enum PolicyExplanation {
  /// The organization's rules with where each of them stands, and what becomes of a request.
  ///
  /// - Parameters:
  ///   - callerID: `nil` for the first caller of the document.
  ///   - request: YAML or JSON with the fields of a case's request; its organization may be absent.
  /// - Throws: what is wrong with the document, the organization or the request.
  package static func text(
    path: String, organization: String, callerID: String?, request: String?
  ) throws(PolicyDocumentError) -> String {
    let policy = try PolicyDocument.load(path: path)
    guard let rules = policy.effectiveRules(of: organization) else {
      throw PolicyDocumentError(
        file: path, line: 1, column: 1, key: "organizations",
        problem: "no organization \(organization)"
          + Suggestion.text(for: organization, among: policy.organizationNames),
        accepted: policy.organizationNames.joined(separator: ", "))
    }
    let listing = PolicyRulesText.render(rules) { policy.origin(of: $0, in: organization) }
    guard let request else { return listing }
    var asked = try RequestReader.read(PolicyDocument.root(yaml: request, file: "--request"))
    if asked.organization.isEmpty { asked.organization = organization }
    return listing + "\n" + outcome(of: asked, callerID: callerID, under: policy)
  }

  private static func outcome(
    of request: UserRequest, callerID: String?, under policy: Policy
  ) -> String {
    switch PolicyCases.evaluate(request, callerID: callerID, under: policy) {
    case nil: "refused: the document has no such caller\n"
    case .success(let evaluation):
      "effective request:\n" + lines(EffectiveFields.texts(of: evaluation).map { "\($0): \($1)" })
        + "decided by the policy:\n" + lines(evaluation.decisions.map(EffectiveFields.text))
    case .failure(let error):
      "refused:\n" + lines(RefusedFields.texts(of: error).map { "\($0): \($1)" })
        + lines(RefusedFields.sentences(of: error))
    }
  }

  private static func lines(_ texts: [String]) -> String {
    texts.map { "  \($0)\n" }.joined()
  }
}
