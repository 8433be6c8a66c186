import Provisioning

extension GroupCommitWriter {
  /// What becomes of an entry that the store does not take for now.
  enum Duty {
    /// Dropped, and its waiter told: nothing has been done yet.
    case intent
    /// Kept until the store takes it: something has happened.
    case outcome
    /// A denial or a reading of the trail: kept; nobody waits for it.
    case notice
  }

  /// What the writer's thread does next.
  enum Step {
    case commit([Entry])
    /// No entries wait.
    case rest
    /// The store is lost.
    case sleep
    case end
  }

  /// Work in the queue, and who waits for it.
  struct Entry {
    let work: JournalWork
    let duty: Duty
    /// `nil` for a notice, and for an outcome whose caller was told that it is not recorded.
    var waiter: CheckedContinuation<CommitOutcome, Never>?
    /// Up to when the waiter of an outcome waits for a store that takes nothing; `nil`: not at all.
    var latest: ContinuousClock.Instant?

    /// Whether nobody has to be told before the store is tried again.
    func waits(for attempt: ContinuousClock.Instant) -> Bool {
      guard duty == .outcome, waiter != nil else { return true }
      return latest.map { $0 >= attempt } ?? false
    }
  }
}

extension JournalStatistics {
  /// A group that was committed.
  mutating func count(
    _ group: [GroupCommitWriter.Entry], _ refusals: [Int: EntryRefusal], _ duration: Duration
  ) {
    transactions += 1
    commitTime += duration
    entries += group.count
    records += group.indices.count { group[$0].work.eventID != nil && refusals[$0] == nil }
  }
}

extension GroupCommitWriter.Duty {
  /// What the waiter of work is told that the store did not take.
  func error(_ reason: String) -> JournalError {
    self == .intent ? .unavailable(reason) : .outcomeNotRecorded(reason)
  }
}
