/// What CreateUser answers when nothing went wrong. An object, because a call hands it on at each
/// step.
package final class CreateUserResult: Equatable, Sendable {
  package enum Outcome: Equatable, Sendable {
    case created(CreatedUser)
    /// The exact call that would have been made; nothing was sent, nothing was recorded.
    case validated(UserSpecification)
  }

  /// For a call that was only validated: the nil UUID, and the caller's own request id or nothing.
  package let reference: CreationReference
  package let policyDigest: String
  package let decisions: [PolicyDecision]
  package let outcome: Outcome
  /// Whether it is the stored answer of an earlier call with the same request id.
  package let isReplayed: Bool

  package init(
    reference: CreationReference, policyDigest: String, decisions: [PolicyDecision],
    outcome: Outcome, isReplayed: Bool = false
  ) {
    self.reference = reference
    self.policyDigest = policyDigest
    self.decisions = decisions
    self.outcome = outcome
    self.isReplayed = isReplayed
  }

  package static func == (a: CreateUserResult, b: CreateUserResult) -> Bool {
    a.reference == b.reference && a.policyDigest == b.policyDigest && a.decisions == b.decisions
      && a.outcome == b.outcome && a.isReplayed == b.isReplayed
  }
}

/// The use case in two steps: what a request comes to, and its creation, exactly once. The caller is
/// authenticated before.
package final class CreateUser: Sendable {
  private let creations: any Creations
  private let denials: any DenialLog
  private let identifiers: any IdentifierSource
  private let clock: any WallClock
  private let random: any RandomSource
  private let pools: (any UserPoolCatalog)?

  /// - Parameter pools: what is known of the pools; `nil`: nothing.
  package init(
    creations: any Creations, denials: any DenialLog,
    identifiers: any IdentifierSource, clock: any WallClock, random: any RandomSource,
    pools: (any UserPoolCatalog)? = nil
  ) {
    self.creations = creations
    self.denials = denials
    self.identifiers = identifiers
    self.clock = clock
    self.random = random
    self.pools = pools
  }

  /// What a request comes to before anything can reach the upstream.
  package enum Preparation: Sendable {
    case validated(CreateUserResult)
    /// What ``create(_:willBegin:)`` carries out.
    case creation(CreationRequest)
  }

  /// The part that waits for nothing: authorize, validate, apply the policy.
  ///
  /// - Parameter violations: what is wrong with the call beside its message; told with what is wrong
  ///   in it, after the authorization.
  /// - Parameter policy: the one that knows the caller, so that a reload never changes the rules in
  ///   the middle of a call.
  /// - Parameter deadline: when the caller stops waiting.
  package func prepare(
    _ request: consuming UserRequest, caller: Caller, origin: CallOrigin,
    violations: [Violation] = [], under policy: Policy, deadline: ContinuousClock.Instant?
  ) throws(ProvisioningError) -> Preparation {
    let reference = reference(of: request)
    // The evaluation takes the request, so that its lists are changed in place.
    let (isValidation, requestedPoolID) = (request.validateOnly, request.userPoolID)
    let (organization, requestID) = (request.organization, request.requestID)
    let canonicalBytes = isValidation ? .empty : request.canonicalBytes
    let evaluation: PolicyEvaluation
    do {
      evaluation = try policy.evaluate(
        consume request, caller: caller,
        inputs: PolicyInputs(
          creationID: reference.creationID, requestID: reference.requestID,
          onBehalfOf: origin.onBehalfOf, now: clock.now(),
          random: isValidation ? nil : random, pools: pools?.special, violations: violations))
    } catch {
      if !isValidation, let (reason, fields) = error.denial {
        denials.record(
          Denial(
            origin: origin,
            // Free text of a caller stays out of the trail: only names of the document go in.
            organization: policy.organizationName(organization) ?? "",
            policyDigest: policy.digest, requestID: Identifier(requestID)?.description ?? "",
            reason: reason, fields: fields))
      }
      throw error
    }
    if isValidation {
      return .validated(
        CreateUserResult(
          reference: reference, policyDigest: policy.digest, decisions: evaluation.decisions,
          outcome: .validated(evaluation.specification)))
    }
    return .creation(
      CreationRequest(
        intent: CreationIntent(
          reference: reference, origin: origin, organization: evaluation.organization,
          policyDigest: policy.digest, decisions: evaluation.decisions,
          specification: evaluation.specification),
        canonicalBytes: canonicalBytes, requestedPoolID: requestedPoolID, deadline: deadline))
  }

  /// The part that waits. Past the request's deadline nothing is sent; from the intent on the
  /// outcome is recorded, even if the caller has gone.
  ///
  /// - Parameter willBegin: told the creation's reference before anything can reach the upstream.
  package func create(
    _ request: CreationRequest,
    willBegin: @escaping @Sendable (CreationReference) -> Void = { _ in }
  ) async throws(ProvisioningError) -> CreateUserResult {
    guard !request.isLate else { throw .deadlineExceeded }
    do throws(ProvisioningError) {
      return try CreateUserResult(try await creations.create(request, willBegin: willBegin))
    } catch {
      throw error.blamed(onPool: request.requestedPoolID)
    }
  }

  /// A creation gets its ids; a validation takes none, so that it always gives the same answer.
  private func reference(of request: UserRequest) -> CreationReference {
    let requestID = Identifier(request.requestID)?.description
    if request.validateOnly {
      return CreationReference(creationID: .nil, requestID: requestID ?? "")
    }
    let creationID = identifiers.next()
    return CreationReference(
      creationID: creationID, requestID: requestID ?? identifiers.next().description,
      isRepeatable: requestID != nil)
  }
}

extension CreateUserResult {
  /// - Throws: where the reply knows of no user.
  fileprivate convenience init(_ reply: CreationReply) throws(ProvisioningError) {
    let intent = reply.creation.intent
    guard let created = reply.creation.createdUser else {
      throw .outcomeNotRecorded(intent.reference)
    }
    self.init(
      reference: intent.reference, policyDigest: intent.policyDigest, decisions: intent.decisions,
      outcome: .created(created), isReplayed: reply.isReplayed)
  }
}

extension ProvisioningError {
  /// A pool that does not exist is the caller's matter when it named the pool, else the operator's.
  fileprivate func blamed(onPool requestedPoolID: String) -> ProvisioningError {
    guard case .directory(var failure, let reference) = self, failure.kind == .poolNotFound,
      !requestedPoolID.isEmpty
    else { return self }
    failure.kind = .requestedPoolNotFound
    return .directory(failure, reference)
  }
}
