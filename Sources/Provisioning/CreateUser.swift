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

  package init(
    reference: CreationReference, policyDigest: String, decisions: [PolicyDecision],
    outcome: Outcome
  ) {
    self.reference = reference
    self.policyDigest = policyDigest
    self.decisions = decisions
    self.outcome = outcome
  }

  package static func == (a: CreateUserResult, b: CreateUserResult) -> Bool {
    a.reference == b.reference && a.policyDigest == b.policyDigest && a.decisions == b.decisions
      && a.outcome == b.outcome
  }
}

/// The use case: authorize, validate, apply the policy, then one journal bracket around the
/// directory. The caller is authenticated before.
package final class CreateUser: Sendable {
  private let directory: any UserDirectory
  private let journal: any CreationJournal
  private let identifiers: any IdentifierSource
  private let clock: any WallClock
  private let random: any RandomSource

  package init(
    directory: any UserDirectory, journal: any CreationJournal,
    identifiers: any IdentifierSource, clock: any WallClock, random: any RandomSource
  ) {
    self.directory = directory
    self.journal = journal
    self.identifiers = identifiers
    self.clock = clock
    self.random = random
  }

  /// - Parameter policy: the one that knows the caller, so that a reload never changes the rules in
  ///   the middle of a call.
  /// - Parameter deadline: when the caller stops waiting. Past it nothing is sent; from the intent
  ///   on the journal sees to it that the outcome is recorded, even if the caller has gone.
  /// - Parameter willBegin: told the creation's reference before anything can reach the upstream.
  package func callAsFunction(
    _ request: UserRequest, caller: Caller, origin: CallOrigin, under policy: Policy,
    deadline: ContinuousClock.Instant?, willBegin: (CreationReference) -> Void = { _ in }
  ) async throws(ProvisioningError) -> CreateUserResult {
    switch try prepare(request, caller: caller, origin: origin, under: policy) {
    case .validated(let result):
      return result
    case .creation(let creation):
      if let deadline, ContinuousClock.now >= deadline { throw .deadlineExceeded }
      willBegin(creation.reference)
      return try await create(creation, deadline: deadline)
    }
  }

  /// What a request comes to before anything can reach the upstream.
  private enum Preparation {
    case validated(CreateUserResult)
    case creation(PreparedCreation)
  }

  private final class PreparedCreation: Sendable {
    let intent: CreationIntent
    /// Empty where the request named no pool.
    let requestedPoolID: String

    var reference: CreationReference { intent.reference }

    init(intent: CreationIntent, requestedPoolID: String) {
      self.intent = intent
      self.requestedPoolID = requestedPoolID
    }
  }

  /// Never inlined: its values would lie in the frame of a task, which is taken from the heap.
  @inline(never)
  private func prepare(
    _ request: UserRequest, caller: Caller, origin: CallOrigin, under policy: Policy
  ) throws(ProvisioningError) -> Preparation {
    let reference = reference(of: request)
    let evaluation: PolicyEvaluation
    do {
      evaluation = try policy.evaluate(
        request, caller: caller,
        inputs: PolicyInputs(
          creationID: reference.creationID, requestID: reference.requestID,
          onBehalfOf: origin.onBehalfOf, now: clock.now(),
          random: request.validateOnly ? nil : random))
    } catch {
      recordDenial(error, of: request, origin: origin, policy: policy)
      throw error
    }
    if request.validateOnly {
      return .validated(
        CreateUserResult(
          reference: reference, policyDigest: policy.digest, decisions: evaluation.decisions,
          outcome: .validated(evaluation.specification)))
    }
    return .creation(
      PreparedCreation(
        intent: CreationIntent(
          reference: reference, origin: origin, organization: evaluation.organization,
          policyDigest: policy.digest, decisions: evaluation.decisions,
          specification: evaluation.specification),
        requestedPoolID: request.userPoolID))
  }

  private func create(
    _ creation: PreparedCreation, deadline: ContinuousClock.Instant?
  ) async throws(ProvisioningError) -> CreateUserResult {
    let answer: DirectoryAnswer
    do throws(JournalError) {
      answer = try await journal.record(creation.intent) { [directory] in
        await directory.create(creation.intent.specification, deadline: deadline)
          .mapError { $0.blamed(onPool: creation.requestedPoolID) }
      }
    } catch .outcomeNotRecorded {
      throw .outcomeNotRecorded(creation.reference)
    } catch {
      throw .auditUnavailable
    }
    switch answer {
    case .success(let created):
      return CreateUserResult(
        reference: creation.reference, policyDigest: creation.intent.policyDigest,
        decisions: creation.intent.decisions, outcome: .created(created))
    case .failure(let failure):
      throw .directory(failure, creation.reference)
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
      creationID: creationID, requestID: requestID ?? identifiers.next().description)
  }

  private func recordDenial(
    _ error: ProvisioningError, of request: UserRequest, origin: CallOrigin, policy: Policy
  ) {
    guard !request.validateOnly, let (reason, fields) = error.denial else { return }
    journal.record(
      Denial(
        origin: origin,
        // Free text of a caller stays out of the trail: only names of the document go in.
        organization: policy.organizationName(request.organization) ?? "",
        policyDigest: policy.digest,
        requestID: Identifier(request.requestID)?.description ?? "",
        reason: reason, fields: fields))
  }
}

extension DirectoryFailure {
  /// A pool that does not exist is the caller's matter when it named the pool, else the operator's.
  fileprivate func blamed(onPool requestedPoolID: String) -> DirectoryFailure {
    guard kind == .poolNotFound, !requestedPoolID.isEmpty else { return self }
    var failure = self
    failure.kind = .requestedPoolNotFound
    return failure
  }
}
