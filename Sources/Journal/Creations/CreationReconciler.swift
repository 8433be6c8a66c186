import Logging
import Provisioning
import Synchronization

/// Looks after creations in doubt: those that this process left so, and those whose holder is gone.
/// Does what ``Reconciliation`` decides.
final class CreationReconciler: Sendable {
  /// Creations that are looked after at a time, and that a start takes up: as many as can be under
  /// way at a crash. Others wait for their lease to end.
  static let limit = GroupCommitWriter.creationLimit
  /// Looks into the directory that are under way at a time.
  static let lookupLimit = 64
  /// Between two looks for creations whose holder is gone.
  static let scanInterval = Duration.seconds(1)
  /// Creations that one such look takes.
  static let scanLimit = 100
  /// How long a settled creation answers for its request id.
  static let retention = Duration.seconds(7 * 24 * 3600)
  /// Between two removals of those that are older.
  static let purgeInterval = Duration.seconds(60)
  /// Rows that one removal takes, so that it delays no creation.
  static let purgeLimit = 1000

  private struct State {
    var isStopped = false
    var tasks: [Identifier: Task<Void, Never>] = [:]
    /// Since when each is in doubt, by uptime.
    var since: [Identifier: Duration] = [:]
    var unresolved: Set<Identifier> = []
    var verdicts: [CreationStatistics.Verdict: Int] = [:]
  }

  private let store: any CreationStore
  private let directory: any UserDirectory
  private let clock: CreationClock
  private let timing: CreationTiming
  private let isExclusive: Bool
  private let logger: Logger
  private let state = Mutex(State())
  private let slots = LookupSlots(count: lookupLimit)

  init(
    store: any CreationStore, directory: any UserDirectory, clock: CreationClock,
    timing: CreationTiming, isExclusive: Bool, logger: Logger
  ) {
    self.store = store
    self.directory = directory
    self.clock = clock
    self.timing = timing
    self.isExclusive = isExclusive
    self.logger = logger
  }

  /// Takes up what an earlier process left: on a store of our own all of it, because nobody else can
  /// be about to send.
  func start() async throws(JournalError) {
    try await takeUp(
      before: isExclusive ? .max : clock.now.wall, limit: Self.limit, mayStillBeSent: !isExclusive)
  }

  /// Until the task is cancelled.
  func run() async {
    var nextPurge = clock.now.uptime
    var isReadable = true
    while !Task.isCancelled {
      isReadable = await look(told: !isReadable)
      if clock.now.uptime >= nextPurge {
        nextPurge = clock.now.uptime + Self.purgeInterval
        await purge()
      }
      await clock.sleep(until: clock.now.uptime + Self.scanInterval)
    }
    let tasks = state.withLock { state in
      state.isStopped = true
      return state.tasks.values.map { $0 }
    }
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  /// A journal that cannot be read now is read at the next look; the log says so once, because
  /// nothing in doubt is looked after meanwhile.
  ///
  /// - Returns: whether it could be read.
  private func look(told: Bool) async -> Bool {
    do {
      try await takeUp(before: clock.now.wall, limit: Self.scanLimit, mayStillBeSent: true)
      return true
    } catch {
      if !told {
        logger.error(
          "creations in doubt cannot be read, and are not looked after",
          metadata: ["error": "\(error)"])
      }
      return false
    }
  }

  private func purge() async {
    do {
      try await store.purge(
        settledBefore: clock.now.wall - Self.retention.microseconds, limit: Self.purgeLimit)
    } catch {
      logger.warning("old creations cannot be removed", metadata: ["error": "\(error)"])
    }
  }

  func report(to statistics: inout CreationStatistics) {
    let now = clock.now.uptime
    state.withLock { state in
      statistics.inDoubt = state.since.count
      statistics.unresolved = state.unresolved.count
      statistics.oldestInDoubt = state.since.values.min().map { now - $0 } ?? .zero
      statistics.verdicts = state.verdicts
    }
  }

  private func takeUp(
    before time: Int64, limit: Int, mayStillBeSent: Bool
  ) async throws(JournalError) {
    for creation in try await store.abandoned(before: time, limit: limit) {
      start(
        Reconciliation(
          creation, isHeld: false, mayStillBeSent: mayStillBeSent, now: clock.now, timing: timing))
    }
  }

  /// Takes a creation that a call of this process has just left in doubt.
  func follow(_ creation: Creation) {
    start(
      Reconciliation(
        creation, isHeld: true, mayStillBeSent: false, now: clock.now, timing: timing))
  }

  private func start(_ reconciliation: Reconciliation) {
    let id = reconciliation.creation.id
    state.withLock { state in
      guard !state.isStopped, state.tasks.count < Self.limit, state.tasks[id] == nil else { return }
      state.since[id] = reconciliation.start
      state.tasks[id] = Task {
        let end = await self.perform(reconciliation)
        self.ended(end)
      }
    }
  }

  private func perform(_ reconciliation: Reconciliation) async -> Creation {
    var reconciliation = reconciliation
    var action = reconciliation.begin(now: clock.now)
    while !Task.isCancelled {
      switch action {
      case .write(let transition):
        action = reconciliation.wrote(await written(transition), now: clock.now)
      case .look(let pool, let username):
        var lookup = DirectoryLookup.failed
        await slots.look { lookup = await directory.lookUp(username, in: pool) }
        action = reconciliation.looked(lookup, now: clock.now)
      case .compare(let name, let time):
        let others = try? await store.creators(of: name, since: time)
        action = reconciliation.compared(others, now: clock.now)
      case .wait(let end):
        await clock.sleep(until: end)
        action = reconciliation.woke(now: clock.now)
      case .end:
        return reconciliation.creation
      }
    }
    return reconciliation.creation
  }

  private func written(
    _ transition: CreationTransition
  ) async -> Result<CreationWriteResult, JournalError> {
    do {
      let result = try await store.write(transition)
      guard result == .written, transition.creation.state == .unresolved else {
        return .success(result)
      }
      state.withLock { _ = $0.unresolved.insert(transition.creation.id) }
      if transition.isRecorded {
        logger.error(
          "a creation stays in doubt; an operator is needed",
          metadata: ["creation_id": "\(transition.creation.id)"])
      }
      return .success(result)
    } catch {
      return .failure(error)
    }
  }

  private func ended(_ creation: Creation) {
    state.withLock { state in
      state.tasks[creation.id] = nil
      state.since[creation.id] = nil
      state.unresolved.remove(creation.id)
      guard creation.state.isSettled else { return }
      let verdict = CreationStatistics.Verdict(state: creation.state, evidence: creation.evidence)
      state.verdicts[verdict, default: 0] += 1
    }
  }
}
