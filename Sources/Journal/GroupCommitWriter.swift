import Dispatch
import Foundation
import Logging
import Provisioning
import Synchronization

/// Puts records on the disk in groups: one real thread takes all that waits, commits it in one
/// transaction, and resumes every waiter. No timer: a record that comes alone is written alone, and
/// those that come meanwhile form the next group.
final class GroupCommitWriter: Sendable {
  /// Creations that are under way: beyond it a call is refused before its intent, so that the queue
  /// is bounded and no outcome ever finds it full.
  static let creationLimit = 8192
  /// Denials and readings that wait: beyond it they are counted and dropped.
  static let noticeLimit = 4096
  /// Entries of one transaction: bounds how long those behind it wait, and their rows' memory.
  static let groupLimit = 512

  /// Room for most records and what is sealed beside them, in bytes.
  private static let encodingCapacity = 4096

  private enum Health {
    case sound
    /// The store takes no records for now; the reason.
    case stalled(String)
    /// The store is lost; the reason.
    case failed(String)
  }

  private struct State {
    var health = Health.sound
    var isClosing = false
    /// The writer takes nothing any more.
    var hasEnded = false
    /// The store is given up.
    var isClosed = false
    var isAsleep = false
    /// Creations under way.
    var admitted = 0
    var notices = 0
    /// Entries that the store has just now.
    var committing = 0
    var queue: [Entry] = []
    /// Dropped notices that the log does not know of yet.
    var unreportedDrops = 0
    /// When a store that takes no records is tried again.
    var nextAttempt = ContinuousClock.now
    var closers: [CheckedContinuation<Void, Never>] = []
    var statistics = JournalStatistics()
    /// Why records were lost for good; `nil` when none were.
    var loss: JournalFailure?

    /// Why an entry cannot be queued; `nil` when it can.
    func refusal(of duty: Duty) -> String? {
      if hasEnded { return "the journal is closed" }
      return switch (health, duty) {
      case (.failed(let reason), _), (.stalled(let reason), .intent): reason
      default: nil
      }
    }
  }

  /// Seconds until a store is asked again that could not do all of its idle work.
  private static let idleInterval = 0.25

  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)
  private let closing = DispatchSemaphore(value: 0)
  private let store: any RecordStore
  let encoder: WorkEncoder
  private let probeInterval: Double
  private let logger: Logger
  private let failureSink: AsyncStream<JournalFailure>.Continuation
  /// At most one element; ends when the writer has ended.
  let failure: AsyncStream<JournalFailure>

  /// - Parameter probeInterval: seconds between two attempts while the store takes no records.
  init(
    store: any RecordStore, keys: JournalKeys, probeInterval: Double = 1, logger: Logger
  ) {
    self.store = store
    encoder = WorkEncoder(keys: keys)
    self.probeInterval = probeInterval
    self.logger = logger
    (failure, failureSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    let thread = Thread { self.run() }
    thread.name = "journal"
    thread.start()
  }

  var statistics: JournalStatistics {
    state.withLock { state in
      var statistics = state.statistics
      statistics.waiting = state.queue.count + state.committing
      if case .sound = state.health { statistics.isAdmitting = !state.isClosing }
      return statistics
    }
  }

  /// Takes a place for one creation: its intent and its outcome. ``leave()`` gives it back.
  func admit() throws(JournalError) {
    try state.withLock { (state) throws(JournalError) in
      guard !state.isClosing else { throw .unavailable("the journal is closed") }
      switch state.health {
      case .sound: break
      case .stalled(let reason), .failed(let reason): throw .unavailable(reason)
      }
      guard state.admitted < Self.creationLimit else {
        throw .unavailable("too many creations wait for the journal")
      }
      state.admitted += 1
    }
  }

  /// Ends an admitted creation.
  func leave() {
    change { $0.admitted -= 1 }
  }

  /// Waits until work is durable, or surely will not be.
  ///
  /// - Parameters:
  ///   - duty: what becomes of it when the store takes nothing for now.
  ///   - latest: up to when an outcome is waited for in that case; it is kept whatever its waiter is
  ///     told. `nil`: not at all.
  func append(
    _ work: JournalWork, _ duty: Duty, until latest: ContinuousClock.Instant? = nil
  ) async -> CommitOutcome {
    await withCheckedContinuation { waiter in
      enqueue(Entry(work: work, duty: duty, waiter: waiter, latest: latest))
    }
  }

  /// Not inlined: the task that waits has no room for this in its frame.
  @inline(never)
  private func enqueue(_ entry: Entry) {
    let refusal: CommitOutcome? = change { state in
      if let reason = state.refusal(of: entry.duty) { return .failed(entry.duty.error(reason)) }
      var queued = entry
      defer { state.queue.append(queued) }
      guard case .stalled(let reason) = state.health, !queued.waits(for: state.nextAttempt)
      else { return nil }
      queued.waiter = nil
      return .failed(entry.duty.error(reason))
    }
    if let refusal { entry.waiter?.resume(returning: refusal) }
  }

  /// Takes a denial or a reading without waiting, or counts and drops it.
  func offer(_ notice: AuditEvent) {
    change { state in
      var isLost = state.isClosing || state.notices >= Self.noticeLimit
      if case .failed = state.health { isLost = true }
      guard !isLost else {
        state.statistics.droppedNotices += 1
        state.unreportedDrops += 1
        return
      }
      state.notices += 1
      state.queue.append(Entry(work: .event(notice), duty: .notice))
    }
  }

  /// Takes no more, lets the effects that run end, writes what waits, and gives up the store. Gives
  /// why records were lost, if any were.
  func close() async -> JournalFailure? {
    await withCheckedContinuation { closer in
      let hasEnded = change { state in
        guard !state.isClosed else { return true }
        state.closers.append(closer)
        requestEnd(&state)
        return false
      }
      if hasEnded { closer.resume() }
    }
    return state.withLock(\.loss)
  }

  /// As ``close()``, without waiting for it.
  func requestEnd() {
    change { requestEnd(&$0) }
  }

  private func requestEnd(_ state: inout State) {
    state.isClosing = true
    closing.signal()
  }

  /// Wakes the writer up where the change gives it something to do: once the lock is free, which it
  /// would have to wait for first.
  private func change<Value>(_ body: (inout State) -> sending Value) -> Value {
    let (value, wakes) = state.withLock { state in
      let value = body(&state)
      let hasWork = !state.queue.isEmpty || (state.isClosing && state.admitted == 0)
      defer { if hasWork { state.isAsleep = false } }
      return (value, hasWork && state.isAsleep)
    }
    if wakes { wakeUp.signal() }
    return value
  }

  // MARK: On the writer's thread

  private func run() {
    while true {
      switch nextStep() {
      case .commit(let group): commit(group)
      case .rest: rest()
      case .sleep: wakeUp.wait()
      case .end: return end()
      }
    }
  }

  private func nextStep() -> Step {
    state.withLock { state in
      if state.queue.isEmpty {
        if state.isClosing && state.admitted == 0 {
          state.hasEnded = true
          return .end
        }
        // Where nothing is owed, an empty group finds out whether the store takes entries again.
        if case .stalled = state.health { return .commit([]) }
        state.isAsleep = true
        if case .failed = state.health { return .sleep }
        return .rest
      }
      var group: [Entry] = []
      if state.queue.count <= Self.groupLimit {
        group.reserveCapacity(state.queue.count)
        swap(&group, &state.queue)
      } else {
        group = Array(state.queue.prefix(Self.groupLimit))
        state.queue.removeFirst(Self.groupLimit)
      }
      state.committing = group.count
      return .commit(group)
    }
  }

  /// Until entries come, or the store is to be asked again.
  private func rest() {
    switch store.doIdleWork() {
    case .none: wakeUp.wait()
    case .later: _ = wakeUp.wait(timeout: .now() + Self.idleInterval)
    case .failed(let reason): fail([], reason)
    }
  }

  private func commit(_ group: [Entry]) {
    let start = ContinuousClock.now
    let (storable, entries) = encoded(group)
    switch store.commit(entries) {
    case .committed(let refusals): finish(storable, refusals, ContinuousClock.now - start)
    case .stalled(let reason): stall(storable, reason)
    case .failed(let reason): fail(storable, reason)
    }
  }

  /// Tells those whose work cannot be encoded, and leaves them out.
  private func encoded(_ group: [Entry]) -> ([Entry], [JournalEntry]) {
    var (storable, entries): ([Entry], [JournalEntry]) = ([], [])
    storable.reserveCapacity(group.count)
    entries.reserveCapacity(group.count)
    var buffer: [UInt8] = []
    buffer.reserveCapacity(Self.encodingCapacity)
    for entry in group {
      if let encoded = try? encoder.entry(entry.work, using: &buffer) {
        storable.append(entry)
        entries.append(encoded)
      } else {
        tell(entry, .refused)
      }
    }
    return (storable, entries)
  }

  private func finish(
    _ group: [Entry], _ refusals: [Int: EntryRefusal], _ duration: Duration
  ) {
    let (hasRecovered, drops) = state.withLock { state in
      if !group.isEmpty {
        state.statistics.count(group, refusals, duration)
      }
      forget(group, &state)
      defer {
        state.health = .sound
        state.unreportedDrops = 0
      }
      if case .stalled = state.health { return (true, state.unreportedDrops) }
      return (false, state.unreportedDrops)
    }
    if drops > 0 {
      logger.warning("denials or readings were dropped unrecorded", metadata: ["count": "\(drops)"])
    }
    if hasRecovered { logger.notice("the journal takes records again") }
    for (position, entry) in group.enumerated() {
      if !refusals.isEmpty, let refusal = refusals[position] {
        tell(entry, refusal)
      } else {
        entry.waiter?.resume(returning: .durable)
      }
    }
  }

  private func tell(_ entry: Entry, _ refusal: EntryRefusal) {
    if refusal == .refused {
      logger.error(
        "the journal refused a record",
        metadata: ["event_id": "\(entry.work.eventID?.description ?? "none")"])
    }
    encoder.forget(entry.work)
    entry.waiter?.resume(returning: .refused(refusal))
  }

  /// Keeps what has happened as the first to be written when the store takes records again, tells
  /// those who wait no longer, and pauses.
  private func stall(_ group: [Entry], _ reason: String) {
    let kept = group.filter { $0.duty != .intent }
    var told = group.filter { $0.duty == .intent }
    let nextAttempt = ContinuousClock.now + .seconds(probeInterval)
    let (isFirst, givesUp) = state.withLock { state in
      defer { state.health = .stalled(reason) }
      let givesUp = state.isClosing && state.admitted == 0
      if givesUp {
        if !kept.isEmpty { state.loss = JournalFailure(reason: reason) }
        told = group
        forget(group, &state)
      } else {
        state.queue.insert(contentsOf: kept, at: 0)
        told += dismiss(&state, before: nextAttempt)
        state.committing = 0
      }
      if case .stalled = state.health { return (false, givesUp) }
      return (true, givesUp)
    }
    for entry in told {
      encoder.forget(entry.work)
      entry.waiter?.resume(returning: .failed(entry.duty.error(reason)))
    }
    if givesUp {
      logger.error(
        "the journal was closed with records that it could not write",
        metadata: ["records": "\(kept.count)", "reason": "\(reason)"])
      return
    }
    if isFirst {
      logger.error("the journal takes no records", metadata: ["reason": "\(reason)"])
    }
    _ = closing.wait(timeout: .now() + probeInterval)
  }

  /// - Returns: the outcomes that nobody waits for any more; they stay in the queue.
  private func dismiss(
    _ state: inout State, before nextAttempt: ContinuousClock.Instant
  ) -> [Entry] {
    state.nextAttempt = nextAttempt
    var dismissed: [Entry] = []
    for position in state.queue.indices where !state.queue[position].waits(for: nextAttempt) {
      dismissed.append(state.queue[position])
      state.queue[position].waiter = nil
    }
    return dismissed
  }

  private func fail(_ group: [Entry], _ reason: String) {
    let lost = state.withLock { state in
      state.health = .failed(reason)
      state.loss = JournalFailure(reason: reason)
      let lost = group + state.queue
      state.queue = []
      forget(lost, &state)
      return lost
    }
    logger.critical(
      "the journal's disk failed", metadata: ["reason": "\(reason)", "records": "\(lost.count)"])
    for entry in lost {
      entry.waiter?.resume(returning: .failed(entry.duty.error(reason)))
    }
    failureSink.yield(JournalFailure(reason: reason))
  }

  private func forget(_ group: [Entry], _ state: inout State) {
    state.notices -= group.count { $0.duty == .notice }
    state.committing = 0
  }

  private func end() {
    store.close()
    failureSink.finish()
    let closers = state.withLock { state in
      state.isClosed = true
      defer { state.closers = [] }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }
}
