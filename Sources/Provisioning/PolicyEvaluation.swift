/// What an evaluation needs besides document, caller and request. Evaluation itself is pure: the
/// same document, caller, request and inputs always give the same answer.
package struct PolicyInputs: Sendable {
  /// `${creation.id}`; the nil UUID in a call that is only validated.
  package var creationID: Identifier
  /// `${request.id}`
  package var requestID: String
  /// `${caller.on_behalf_of}`; `nil` reads as empty text.
  package var onBehalfOf: String?
  /// `${date}`
  package var now: Timestamp
  /// Where generated names and passwords come from. `nil` in a call that is only validated: it
  /// shows the nil UUID, and makes no password.
  package var random: (any RandomSource)?
  /// What is known of the pools; `nil`: nothing that matters.
  package var pools: SpecialUserPools?
  /// What is wrong with the call beside its message.
  package var violations: [Violation]

  package init(
    creationID: Identifier, requestID: String, onBehalfOf: String? = nil,
    now: Timestamp = Timestamp(seconds: 0), random: (any RandomSource)? = nil,
    pools: SpecialUserPools? = nil, violations: [Violation] = []
  ) {
    self.creationID = creationID
    self.requestID = requestID
    self.onBehalfOf = onBehalfOf
    self.now = now
    self.random = random
    self.pools = pools
    self.violations = violations
  }
}

/// One creation as the policy allows it, and everything that the policy changed in the request.
package struct PolicyEvaluation: Equatable, Sendable {
  /// The organization, by the document's own name.
  package let organization: String
  package let specification: UserSpecification
  package let decisions: [PolicyDecision]
}
