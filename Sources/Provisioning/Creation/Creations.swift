/// One call of CreateUser, as the policy allows it. An object, because it goes from hand to hand.
package final class CreationRequest: Sendable {
  package let intent: CreationIntent
  /// ``UserRequest/canonicalBytes``: what the caller asked for.
  package let canonicalBytes: Sensitive
  /// Empty where the caller named no pool.
  package let requestedPoolID: String
  /// When the caller stops waiting: past it nothing is sent.
  package let deadline: ContinuousClock.Instant?

  package init(
    intent: CreationIntent, canonicalBytes: Sensitive, requestedPoolID: String = "",
    deadline: ContinuousClock.Instant?
  ) {
    self.intent = intent
    self.canonicalBytes = canonicalBytes
    self.requestedPoolID = requestedPoolID
    self.deadline = deadline
  }

  /// Whether the caller has stopped waiting. Not inlined: points in time take room in the frame of a
  /// task for as long as it lives.
  var isLate: Bool {
    @inline(never) get { deadline.map { ContinuousClock.now >= $0 } ?? false }
  }
}

/// Which creation somebody asks after.
package enum CreationSelector: Hashable, Sendable {
  case id(Identifier)
  case key(CreationKey)
}

/// Creations, made exactly once.
package protocol Creations: Sendable {
  /// Creates the user, or gives the stored answer of the same request. Runs to its end even if the
  /// caller is cancelled: the truth is recorded though nobody waits for it.
  ///
  /// - Parameter willBegin: told the creation's reference before anything of it can reach the
  ///   upstream, and when the call waits for another call of the same.
  func create(
    _ request: CreationRequest, willBegin: @escaping @Sendable (CreationReference) -> Void
  ) async throws(ProvisioningError) -> CreationReply

  /// What became of a creation; `nil` when there is none.
  ///
  /// - Parameter wait: how long to wait for a verdict on one that is under way or in doubt.
  func creation(
    _ selector: CreationSelector, waitingAtMost wait: Duration
  ) async throws(JournalError) -> Creation?

  /// Takes up what an earlier process left. Before the first call.
  func start() async throws(JournalError)

  /// Looks after creations in doubt, until the task is cancelled.
  func run() async

  var statistics: CreationStatistics { get }
}

/// What has become of creations since the process started.
package struct CreationStatistics: Equatable, Sendable {
  package struct Verdict: Hashable, Sendable {
    package var state: CreationState
    package var evidence: Evidence?

    package init(state: CreationState, evidence: Evidence?) {
      self.state = state
      self.evidence = evidence
    }
  }

  /// Creations in doubt that this process looks after.
  package var inDoubt = 0
  /// Those of them that need an operator.
  package var unresolved = 0
  /// How long the oldest of them has been so.
  package var oldestInDoubt = Duration.zero
  /// Verdicts of the reconciliation.
  package var verdicts: [Verdict: Int] = [:]
  /// Stored answers given again.
  package var replays = 0
  /// Calls that ended before anything was sent for them, by reason.
  package var refusals: [String: Int] = [:]
  /// Whether nothing is sent, because most answers were lost.
  package var isSuspended = false

  package init() {}

  package mutating func count(_ error: ProvisioningError) {
    let reason: String? =
      switch error {
      case .auditUnavailable: "AUDIT_UNAVAILABLE"
      case .requestIDReused: "IDEMPOTENCY_KEY_REUSED"
      case .inProgress: "IN_PROGRESS"
      case .nameInProgress: "NAME_IN_PROGRESS"
      case .upstreamSuspended: "UPSTREAM_SUSPENDED"
      default: nil
      }
    if let reason { refusals[reason, default: 0] += 1 }
  }
}
