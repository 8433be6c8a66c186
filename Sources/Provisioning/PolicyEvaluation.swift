/// What an evaluation needs besides document, caller and request. Evaluation itself is pure: the
/// same document, caller, request and inputs always give the same answer.
package struct PolicyInputs: Equatable, Sendable {
  /// `${creation.id}`; the nil UUID in a call that is only validated.
  package var creationID: Identifier
  /// `${request.id}`
  package var requestID: String
  /// `${caller.on_behalf_of}`; `nil` reads as empty text.
  package var onBehalfOf: String?

  package init(creationID: Identifier, requestID: String, onBehalfOf: String? = nil) {
    self.creationID = creationID
    self.requestID = requestID
    self.onBehalfOf = onBehalfOf
  }
}

/// One creation as the policy allows it, and everything that the policy changed in the request.
package struct PolicyEvaluation: Equatable, Sendable {
  /// The organization, by the document's own name.
  package let organization: String
  package let specification: UserSpecification
  package let decisions: [PolicyDecision]
}
