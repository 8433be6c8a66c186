/// What a look into the directory found.
package enum DirectoryLookup: Equatable, Sendable {
  case found(User)
  case notFound
  /// This service may not look: an operator has to mend that.
  case denied
  /// No usable answer; the next look may have one.
  case failed
}

/// Finds out what became of one creation in doubt. Pure, as ``CreationCall`` is: what to do next is
/// decided from what has come of the last step.
///
/// A user who is there decides at once. A user who is not there proves nothing until none of the
/// attempt's requests can come through any more (the quarantine), and then only twice. All waits are
/// by the monotonic clock, so that a jump of the wall clock shortens none.
package struct Reconciliation: Sendable {
  package enum Action: Equatable, Sendable {
    /// Make the change durable, then ``Reconciliation/wrote(_:now:)``.
    case write(CreationTransition)
    /// AdminGetUser, then ``Reconciliation/looked(_:now:)``.
    case look(UserPool, username: String)
    /// Find what other creations made a user of this name since a time (wall clock), then
    /// ``Reconciliation/compared(_:now:)``.
    case compare(NameInPool, since: Int64)
    /// Wait until then (uptime), then ``Reconciliation/woke(now:)``.
    case wait(until: Duration)
    /// A verdict was found, or the creation is looked after elsewhere.
    case end
  }

  /// The creation as this replica holds it.
  package private(set) var creation: Creation
  /// Since when this replica looks after it, by uptime.
  package let start: Duration
  private let timing: CreationTiming
  /// When the last request of the attempt can have left, by the wall clock: how late a user can have
  /// been made by it. The end of the attempt where it was seen, and no later look at the creation.
  private let sendEnd: Int64
  /// The same by uptime, as late as it can be: absence is shown by what comes behind it.
  private let quarantineStart: Duration
  private var interval: Duration
  /// What the last change of the lease asked for.
  private var lease: Duration
  private var leaseLimit: Duration
  private var absentSince: Duration?
  private var pending: Creation?
  /// A user that seems to be ours, until the other creations of its name have been asked.
  private var candidate: (user: CreatedUser, evidence: Evidence)?

  /// - Parameters:
  ///   - creation: in doubt, or an intent whose holder is gone.
  ///   - isHeld: whether this replica's own call left it in doubt: its lease is ours.
  ///   - mayStillBeSent: whether its holder may be alive and about to send.
  package init(
    _ creation: Creation, isHeld: Bool, mayStillBeSent: Bool, now: Moment, timing: CreationTiming
  ) {
    self.creation = creation
    self.timing = timing
    start = now.uptime
    interval = timing.firstLookInterval
    lease = timing.lease
    leaseLimit = isHeld ? now.uptime + timing.lease : .zero
    let rest = mayStillBeSent && creation.state == .intent ? timing.lease : .zero
    sendEnd = creation.sendEnd ?? now.wall + rest.microseconds
    quarantineStart = now.uptime + rest
  }

  package mutating func begin(now: Moment) -> Action {
    leaseLimit == .zero ? take(now) : look
  }

  private var look: Action {
    .look(creation.intent.specification.pool, username: creation.intent.specification.username)
  }

  private mutating func take(_ now: Moment) -> Action {
    change(.leaseEnded, isRecorded: creation.state == .intent, now)
  }

  private mutating func change(
    _ event: CreationEvent, isRecorded: Bool = true, _ now: Moment
  ) -> Action {
    let isSlow = event == .gaveUp || creation.state == .unresolved
    lease = isSlow ? timing.lease + timing.unresolvedLookInterval : timing.lease
    let leaseEnd = now.wall + lease.microseconds
    guard let step = creation.step(event, now: now.wall, leaseEnd: leaseEnd) else { return .end }
    pending = step.creation
    return .write(
      CreationTransition(
        from: creation.stamp, creation: step.creation, isRecorded: isRecorded))
  }

  package mutating func wrote(
    _ result: Result<CreationWriteResult, JournalError>, now: Moment
  ) -> Action {
    guard let written = pending else { return .end }
    pending = nil
    switch result {
    case .success(.written):
      creation = written
      leaseLimit = now.uptime + lease
      return creation.state.isSettled ? .end : look
    case .success: return .end
    // The journal takes nothing now; nothing was decided.
    case .failure: return pause(now)
    }
  }

  package mutating func looked(_ lookup: DirectoryLookup, now: Moment) -> Action {
    switch lookup {
    case .found(let user):
      absentSince = nil
      return found(user, now)
    case .notFound:
      return isAbsent(now) ? change(.absent, now) : pause(now)
    case .denied:
      return hasEnded(now) ? giveUp(now) : pause(now)
    case .failed:
      return pause(now)
    }
  }

  private mutating func found(_ user: User, _ now: Moment) -> Action {
    switch creation.judge(user, sendEnd: sendEnd, timing: timing) {
    case .ours(let evidence):
      let created = CreatedUser(
        user: user, invitation: creation.intent.specification.expectedInvitation,
        trace: UpstreamTrace())
      guard evidence == .createTimeAndAttributes else {
        return change(.found(created, evidence), now)
      }
      // Another creation may have made the same user just before this one began.
      candidate = (created, evidence)
      return .compare(
        NameInPool(poolID: creation.intent.specification.pool.id, user: creation.claims.user),
        since: creation.evidenceStart - timing.quarantine.microseconds)
    case .foreign: return change(.foundForeign, now)
    case .inconclusive: return pause(now)
    }
  }

  /// - Parameter others: `nil` when they could not be read.
  package mutating func compared(_ others: [Creation]?, now: Moment) -> Action {
    guard let others, let candidate else { return pause(now) }
    let time = candidate.user.user.createTime
    let isTaken = others.contains { other in
      // An invitation that was sent again tells of the user, and did not make it.
      other.id != creation.id && !other.isResend && other.createdUser?.user.createTime == time
    }
    return change(
      isTaken ? .foundForeign : .found(candidate.user, candidate.evidence), now)
  }

  /// Whether no request of the attempt can come through any more.
  private func hasEnded(_ now: Moment) -> Bool {
    now.uptime >= quarantineStart + timing.quarantine
  }

  private mutating func isAbsent(_ now: Moment) -> Bool {
    guard hasEnded(now) else { return false }
    guard let since = absentSince else {
      absentSince = now.uptime
      return false
    }
    return now.uptime - since >= timing.absenceInterval
  }

  private mutating func giveUp(_ now: Moment) -> Action {
    creation.state == .unknown ? change(.gaveUp, now) : pause(now)
  }

  private mutating func pause(_ now: Moment) -> Action {
    let age = now.uptime - start
    if age >= timing.reconcileLimit { return .end }
    if age >= timing.unresolvedAfter, creation.state == .unknown { return change(.gaveUp, now) }
    defer { interval = min(interval * 2, timing.longestLookInterval) }
    if let absentSince {
      return .wait(
        until: max(absentSince + timing.absenceInterval, now.uptime + timing.firstLookInterval))
    }
    if creation.state == .unresolved {
      return .wait(until: now.uptime + timing.unresolvedLookInterval)
    }
    let quarantineEnd = quarantineStart + timing.quarantine
    let next = now.uptime + interval
    // One look as soon as absence can be shown.
    return .wait(until: now.uptime < quarantineEnd ? min(next, quarantineEnd) : next)
  }

  /// Looks again; before the lease ends it is made longer.
  package mutating func woke(now: Moment) -> Action {
    if creation.state == .intent || leaseLimit == .zero { return take(now) }
    guard now.uptime + lease / 2 > leaseLimit else { return look }
    return change(.leaseRenewed, isRecorded: false, now)
  }
}
