/// One call of CreateUser on its way through journal and upstream: what to do next, decided from
/// what has come of the last step. Pure, so that the service and the simulator run the same code.
///
///     write the intent ──► durable ──► send ──► write the outcome ──► durable ──► end
///          │
///          └── key or name taken ──► end, or wait and look again, or the next attempt
package final class CreationCall {
  package enum Action: Equatable, Sendable {
    /// Read the creation with the call's key, then ``CreationCall/found(_:now:)``.
    case find
    /// Make the change durable, then ``CreationCall/wrote(_:now:)``.
    case write(CreationTransition)
    /// Send AdminCreateUser, then ``CreationCall/answered(_:now:)``. The request may leave until
    /// `latest` (uptime), and no later. A password that the service makes is not made yet.
    case send(UserSpecification, latest: Duration)
    /// Wait a while, at most until then (uptime); read the creation with the call's key, then
    /// ``CreationCall/found(_:now:)``.
    case wait(until: Duration)
    case end(Result<CreationReply, ProvisioningError>)
  }

  private enum Phase {
    case starting, recording
    /// A creation has the key.
    case joining
    /// A creation in flight has a name.
    case queueing
  }

  private let intent: CreationIntent
  /// Has the password of this call, which is never kept, and the role of the policy in force.
  private let asked: UserSpecification
  private let fingerprint: KeyedHash
  private let claims: NameClaims
  private let timing: CreationTiming
  /// When the call has to have an answer for its caller, by uptime.
  package let end: Duration
  private var phase = Phase.starting
  private var isHolding = true
  /// The creation as this call knows it.
  package private(set) var creation: Creation?
  private var sentAt = Duration.zero

  /// - Parameters:
  ///   - intent: `reference` tells whether the caller chose the request id.
  ///   - deadline: the caller's, by uptime.
  package init(
    intent: CreationIntent, fingerprint: KeyedHash, claims: NameClaims, deadline: Duration?,
    now: Moment, timing: CreationTiming
  ) {
    self.intent = intent.with(intent.specification.withoutPassword)
    asked = intent.specification
    self.fingerprint = fingerprint
    self.claims = claims
    self.timing = timing
    end = min(
      deadline.map { $0 - timing.answerReserve } ?? .seconds(Int64.max / 4),
      now.uptime + timing.longestWait)
  }

  /// The key that the call asks for.
  package var key: CreationKey {
    CreationKey(callerID: intent.origin.callerID, requestID: intent.reference.requestID)
  }

  /// What the next request is sent under.
  package var stamp: CreationStamp? { creation?.stamp }

  /// - Parameter maySend: `false` while nothing new is sent; repeats get their answer all the same.
  package func start(maySend: Bool, now: Moment) -> Action {
    isHolding = maySend
    return maySend ? begin(now) : .find
  }

  private func begin(_ now: Moment) -> Action {
    let creation = Creation(
      intent: intent, fingerprint: fingerprint, claims: claims, now: now.wall,
      leaseEnd: leaseEnd(now))
    return write(creation, from: nil, now)
  }

  private func write(
    _ creation: Creation, from stamp: CreationStamp?, _ now: Moment
  ) -> Action {
    self.creation = creation
    phase = .starting
    sentAt = now.uptime
    return .write(CreationTransition(from: stamp, creation: creation))
  }

  private func leaseEnd(_ now: Moment) -> Int64 { now.wall + timing.lease.microseconds }

  /// What became of the last write.
  package func wrote(
    _ result: Result<CreationWriteResult, JournalError>, now: Moment
  ) -> Action {
    switch (phase, result) {
    case (.recording, .success(.written)): return ownOutcome()
    case (.recording, .success(.superseded(.some(let other)))): return superseded(by: other, now)
    case (.recording, _): return .end(.failure(.outcomeNotRecorded(reference)))
    case (_, .success(.written)): return send(now)
    case (_, .success(.keyTaken(let other))): return consider(other, now)
    case (_, .success(.superseded(.some(let other)))): return consider(other, now)
    case (_, .success(.nameTaken(let other))): return queue(behind: other, now)
    case (_, .success(.superseded(nil))), (_, .failure): return .end(.failure(.auditUnavailable))
    }
  }

  private func send(_ now: Moment) -> Action {
    guard let creation else { return .end(.failure(.auditUnavailable)) }
    phase = .recording
    // The repeated request has brought the password again, and an operator may have mended the role.
    let specification = creation.intent.specification.with(passwordAndRoleOf: asked)
    return .send(specification, latest: sentAt + timing.sendWindow)
  }

  /// What the upstream answered.
  package func answered(_ answer: DirectoryAnswer, now: Moment) -> Action {
    guard let creation,
      let step = creation.step(.answered(answer), now: now.wall, leaseEnd: leaseEnd(now))
    else { return .end(.failure(.outcomeNotRecorded(reference))) }
    self.creation = step.creation
    return .write(
      CreationTransition(
        from: creation.stamp, creation: step.creation, duration: now.uptime - sentAt))
  }

  /// The creation that the call asked or waited for, as it is now.
  package func found(_ other: Creation?, now: Moment) -> Action {
    switch phase {
    case .queueing: return begin(now)
    default:
      if let other { return consider(other, now) }
      guard isHolding else { return suspended }
      return begin(now)
    }
  }

  // MARK: The key is taken

  private func consider(_ other: Creation, _ now: Moment) -> Action {
    guard other.fingerprint == fingerprint else { return .end(.failure(.requestIDReused)) }
    if other.isErased, let error = other.error(isRepeatable: intent.reference.isRepeatable) {
      return .end(.failure(error))
    }
    guard let step = other.step(.repeated, now: now.wall, leaseEnd: leaseEnd(now)) else {
      return .end(.failure(.inProgress(reference(of: other), retryAfter: timing.inDoubtRetry)))
    }
    creation = other
    switch step.effects.first {
    case .send:
      guard isHolding else { return suspended }
      return write(step.creation, from: other.stamp, now)
    case .wait:
      phase = .joining
      guard now.uptime < end else {
        return .end(.failure(.inProgress(reference(of: other), retryAfter: timing.inDoubtRetry)))
      }
      return .wait(until: end)
    default:
      return finish(isReplayed: step.effects.first == .replay)
    }
  }

  private func queue(behind other: Creation, _ now: Moment) -> Action {
    let isUnderWay = other.state == .intent && now.wall < other.leaseEnd
    phase = .queueing
    guard isUnderWay, now.uptime < end else {
      return .end(.failure(.nameInProgress(retryAfter: timing.inDoubtRetry)))
    }
    return .wait(until: end)
  }

  /// Another replica took the creation for lost while this one waited for the answer: what counts is
  /// what stands in the journal.
  private func superseded(by other: Creation, _ now: Moment) -> Action {
    creation = other
    guard other.state.isSettled, other.createdUser != nil || other.state == .existsForeign else {
      return .end(.failure(.directory(.lost, reference)))
    }
    return finish(isReplayed: false)
  }

  // MARK: Ends

  private var suspended: Action {
    .end(.failure(.upstreamSuspended(retryAfter: timing.inDoubtRetry)))
  }

  /// The upstream's own words for this call, even where they leave the user in doubt.
  private func ownOutcome() -> Action {
    if let creation, creation.state == .unknown, case .failure(let failure) = creation.answer,
      failure.executed == .unknown
    {
      return .end(.failure(.directory(failure, reference)))
    }
    return finish(isReplayed: false)
  }

  private func finish(isReplayed: Bool) -> Action {
    guard let creation else { return .end(.failure(.auditUnavailable)) }
    if let error = creation.error(isRepeatable: intent.reference.isRepeatable) {
      return .end(.failure(error))
    }
    return .end(.success(CreationReply(creation: creation, isReplayed: isReplayed)))
  }

  /// The creation that the call begins, or found under its key.
  package var reference: CreationReference {
    creation.map(reference(of:)) ?? intent.reference
  }

  private func reference(of creation: Creation) -> CreationReference {
    CreationReference(
      creationID: creation.id, requestID: creation.intent.reference.requestID,
      isRepeatable: intent.reference.isRepeatable)
  }
}

extension DirectoryFailure {
  fileprivate static let lost = DirectoryFailure(kind: .connectionLost, executed: .unknown)
}
