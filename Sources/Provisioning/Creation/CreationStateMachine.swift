/// What happens to a creation.
package enum CreationEvent: Equatable, Sendable {
  /// The upstream answered, or the way to it failed.
  case answered(DirectoryAnswer)
  /// Nobody heard of the attempt before its lease ended: its holder is gone, or another replica now
  /// looks after the creation.
  case leaseEnded
  /// The holder goes on: its lease is longer now.
  case leaseRenewed
  /// A look into the directory found the user, and that this creation made it.
  case found(CreatedUser, Evidence)
  /// A look found a user whom this creation did not make.
  case foundForeign
  /// There is no such user, and none of this attempt can appear any more.
  case absent
  /// No verdict was found in time, or the directory does not let us look.
  case gaveUp
  /// The same caller asks again for the same.
  case repeated
  case operatorDecided(OperatorVerdict)
}

/// What has to be done once the new state is durable.
package enum CreationEffect: Equatable, Sendable {
  /// AdminCreateUser may leave.
  case send
  /// The caller gets what the state says, as a stored answer.
  case replay
  /// The caller is told that the outcome is not known, and where to ask.
  case answerInDoubt
  /// The caller waits for the attempt that is under way.
  case wait
  /// Somebody looks for the user with AdminGetUser.
  case reconcile
  /// An operator is told.
  case alarm
}

package struct CreationStep: Equatable, Sendable {
  package var creation: Creation
  package var effects: [CreationEffect]
}

/// A creation's life. Pure: times and findings are arguments, what has to be done is returned.
///
///                    ┌──── not executed: repeated ────┐
///                    ▼                                │
///     (intent) ──► INTENT ── refused, not executed ─► FAILED
///                    │ │
///                    │ └── created ─► SUCCEEDED
///                    │
///                    └── no usable answer, lease ended ─► UNKNOWN ── gave up ─► UNRESOLVED
///                                                            │                     │
///        ┌─────────────── found ──────────┬──────────────────┴─────────────────────┤
///        ▼                  ▼             ▼                                        ▼
///     RECONCILED_CREATED  EXISTS_FOREIGN  RECONCILED_ABSENT            OPERATOR_RESOLVED
///                                             │
///                                             └── repeated ─► INTENT
extension Creation {
  /// - Parameter leaseEnd: up to when whoever takes or keeps the creation holds it.
  /// - Returns: `nil` where the event cannot happen in this state: nothing may be written.
  package func step(_ event: CreationEvent, now: Int64, leaseEnd: Int64) -> CreationStep? {
    switch (state, event) {
    case (.intent, .answered(let answer)):
      answered(answer, now: now, leaseEnd: leaseEnd)
    case (.intent, .leaseEnded) where isResend:
      // There is nothing to look for: the user was there before.
      moved(to: .failed, now, []) {
        $0.take(until: leaseEnd)
        $0.answer = .failure(DirectoryFailure(kind: .connectionLost, executed: .unknown))
      }
    case (.intent, .leaseEnded):
      moved(to: .unknown, now, [.reconcile]) { $0.take(until: leaseEnd) }
    case (.unknown, .leaseEnded), (.unresolved, .leaseEnded):
      moved(to: state, nil, [.reconcile]) { $0.take(until: leaseEnd) }
    case (.intent, .leaseRenewed), (.unknown, .leaseRenewed), (.unresolved, .leaseRenewed):
      moved(to: state, nil, []) { $0.leaseEnd = leaseEnd }
    case (.unknown, .found(let user, let evidence)), (.unresolved, .found(let user, let evidence)):
      moved(to: .reconciledCreated, now, []) {
        $0.answer = .success(user)
        $0.evidence = evidence
      }
    case (.unknown, .foundForeign), (.unresolved, .foundForeign):
      moved(to: .existsForeign, now, []) { _ in }
    case (.unknown, .absent), (.unresolved, .absent):
      moved(to: .reconciledAbsent, now, []) { _ in }
    case (.unknown, .gaveUp):
      moved(to: .unresolved, now, [.alarm, .reconcile]) { $0.leaseEnd = leaseEnd }
    case (.unknown, .operatorDecided(let verdict)), (.unresolved, .operatorDecided(let verdict)):
      moved(to: .operatorResolved, now, []) {
        $0.operatorVerdict = verdict
        $0.evidence = .operatorVerdict
      }
    case (_, .repeated):
      repeated(now: now, leaseEnd: leaseEnd)
    default:
      nil
    }
  }

  private func answered(
    _ answer: DirectoryAnswer, now: Int64, leaseEnd: Int64
  ) -> CreationStep {
    let next: CreationState =
      switch answer.meaning(for: self) {
      case .created: .succeeded
      case .refused, .notExecuted, .repeatable: .failed
      case .ambiguous: .unknown
      }
    return moved(to: next, now, next == .unknown ? [.reconcile] : []) {
      $0.answer = answer
      $0.sendEnd = now
      if next == .unknown { $0.leaseEnd = leaseEnd }
    }
  }

  private func repeated(now: Int64, leaseEnd: Int64) -> CreationStep {
    switch state {
    case .intent where now < self.leaseEnd: moved(to: state, nil, [.wait]) { _ in }
    case .intent, .unknown, .unresolved: moved(to: state, nil, [.answerInDoubt]) { _ in }
    case .failed where isReplayed: moved(to: state, nil, [.replay]) { _ in }
    // An attempt before it that was taken for absent may still have been executed.
    case .failed:
      again(now: now, leaseEnd: leaseEnd, evidenceStart: followsAbsence ? evidenceStart : now)
    // Whoever reconciled may have been wrong about a user that came very late.
    case .reconciledAbsent: again(now: now, leaseEnd: leaseEnd, evidenceStart: evidenceStart)
    case .succeeded, .reconciledCreated, .existsForeign, .operatorResolved:
      moved(to: state, nil, [.replay]) { _ in }
    }
  }

  private func again(now: Int64, leaseEnd: Int64, evidenceStart: Int64) -> CreationStep {
    moved(to: .intent, now, [.send]) {
      $0.attempt += 1
      $0.take(until: leaseEnd)
      $0.attemptTime = now
      $0.evidenceStart = evidenceStart
      $0.sendEnd = nil
      $0.answer = nil
    }
  }

  /// - Parameter now: `nil` where nothing of the creation's own life changes.
  private func moved(
    to next: CreationState, _ now: Int64?, _ effects: [CreationEffect],
    _ change: (inout Creation) -> Void
  ) -> CreationStep {
    var creation = self
    creation.state = next
    if let now { creation.updateTime = now }
    change(&creation)
    return CreationStep(creation: creation, effects: effects)
  }

  private mutating func take(until leaseEnd: Int64) {
    fence += 1
    self.leaseEnd = leaseEnd
  }

  /// Whether a failure is a verdict about the request, which a repeat gets again. Any other failure
  /// releases the key, so that a caller is not locked out once the operator has mended a role or a
  /// pool.
  private var isReplayed: Bool { answer?.meaning(for: self) == .refused }
}

/// What an answer of the upstream says of the user.
enum AnswerMeaning: Equatable {
  case created
  /// A verdict about the request: the same request would get it again.
  case refused
  /// Nothing was executed, for a reason that can pass.
  case notExecuted
  /// A message may have been sent; a repeat may send a second one, and nothing can tell.
  case repeatable
  /// The user may exist.
  case ambiguous
}

extension DirectoryAnswer {
  func meaning(for creation: Creation) -> AnswerMeaning {
    switch self {
    case .success: .created
    case .failure(let failure): failure.meaning(for: creation)
    }
  }
}

extension DirectoryFailure {
  fileprivate func meaning(for creation: Creation) -> AnswerMeaning {
    if executed == .unknown { return creation.isResend ? .repeatable : .ambiguous }
    return switch kind {
    // An earlier attempt that was taken for absent may have come through after all.
    case .usernameExists, .aliasExists: creation.followsAbsence ? .ambiguous : .refused
    case .invalidParameter, .invalidPassword, .userNotFound, .unsupportedUserState,
      .rejectedByTrigger:
      .refused
    default: .notExecuted
    }
  }
}

extension Creation {
  /// Whether an earlier attempt may have been executed: its end was not seen.
  fileprivate var followsAbsence: Bool { attempt > 1 && evidenceStart < attemptTime }
}
