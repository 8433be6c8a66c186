import Dispatch
import Foundation
import Logging
import Provisioning
import Synchronization

/// Puts records on the disk in groups: one real thread takes all that waits, commits it in one
/// transaction, and resumes every waiter. No timer: a record that comes alone is written alone, and
/// those that come meanwhile form the next group.
final class GroupCommitWriter: Sendable {
  /// Effects that run and outcomes that wait, together: beyond it a call is refused before its
  /// effect, so that the queue is bounded and no outcome ever finds it full.
  static let creationLimit = 8192
  /// Denials that wait: beyond it they are counted and dropped.
  static let denialLimit = 4096
  /// Records of one transaction: bounds how long those behind it wait.
  static let groupLimit = 1024

  private struct Entry {
    let record: JournalRecord
    /// `nil` for a denial, and for an outcome whose caller was told that it is not recorded.
    var waiter: CheckedContinuation<JournalError?, Never>?
    let isDenial: Bool
  }

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
    var hasEnded = false
    var isAsleep = false
    var running = 0
    var outcomes = 0
    var denials = 0
    var queue: [Entry] = []
    /// Dropped denials that the log does not know of yet.
    var unreportedDrops = 0
    var closers: [CheckedContinuation<Void, Never>] = []
    var statistics = JournalStatistics()
    /// Why records were lost for good; `nil` when none were.
    var loss: JournalFailure?
  }

  private enum Step {
    case commit([Entry])
    case sleep
    case end
  }

  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)
  private let closing = DispatchSemaphore(value: 0)
  private let store: any RecordStore
  private let probeInterval: Double
  private let logger: Logger
  private let failureSink: AsyncStream<JournalFailure>.Continuation
  /// At most one element; ends when the writer has ended.
  let failure: AsyncStream<JournalFailure>

  /// - Parameter probeInterval: seconds between two attempts while the store takes no records.
  init(store: any RecordStore, probeInterval: Double = 1, logger: Logger) {
    self.store = store
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
      statistics.waiting = state.outcomes + state.denials
      if case .sound = state.health { statistics.isAdmitting = !state.isClosing }
      return statistics
    }
  }

  /// Takes a place for one effect and its outcome. ``append(_:)`` gives it back.
  func admit() throws(JournalError) {
    try state.withLock { (state) throws(JournalError) in
      guard !state.isClosing else { throw .unavailable("the journal is closed") }
      switch state.health {
      case .sound: break
      case .stalled(let reason), .failed(let reason): throw .unavailable(reason)
      }
      guard state.running + state.outcomes < Self.creationLimit else {
        throw .unavailable("too many creations wait for the journal")
      }
      state.running += 1
    }
  }

  /// Waits until the outcome of an admitted effect is durable; `nil` when it is.
  func append(_ outcome: JournalRecord) async -> JournalError? {
    await withCheckedContinuation { waiter in
      let refusal: JournalError? = state.withLock { state in
        state.running -= 1
        if case .failed(let reason) = state.health {
          wake(&state)
          return .outcomeNotRecorded(reason)
        }
        state.outcomes += 1
        state.queue.append(Entry(record: outcome, waiter: waiter, isDenial: false))
        wake(&state)
        return nil
      }
      if let refusal {
        waiter.resume(returning: refusal)
      }
    }
  }

  /// Takes a denial without waiting, or counts and drops it.
  func offer(_ denial: JournalRecord) {
    state.withLock { state in
      var isLost = state.isClosing || state.denials >= Self.denialLimit
      if case .failed = state.health { isLost = true }
      guard !isLost else {
        state.statistics.droppedDenials += 1
        state.unreportedDrops += 1
        return
      }
      state.denials += 1
      state.queue.append(Entry(record: denial, waiter: nil, isDenial: true))
      wake(&state)
    }
  }

  /// Takes no more, lets the effects that run end, writes what waits, and gives up the store. Gives
  /// why records were lost, if any were.
  func close() async -> JournalFailure? {
    await withCheckedContinuation { closer in
      let hasEnded = state.withLock { state in
        guard !state.hasEnded else { return true }
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
    state.withLock { requestEnd(&$0) }
  }

  private func requestEnd(_ state: inout State) {
    state.isClosing = true
    closing.signal()
    wake(&state)
  }

  private func wake(_ state: inout State) {
    guard state.isAsleep else { return }
    state.isAsleep = false
    wakeUp.signal()
  }

  // MARK: On the writer's thread

  private func run() {
    while true {
      switch nextStep() {
      case .commit(let group): commit(group)
      case .sleep: wakeUp.wait()
      case .end: return end()
      }
    }
  }

  private func nextStep() -> Step {
    state.withLock { state in
      if state.queue.isEmpty {
        if state.isClosing && state.running == 0 { return .end }
        state.isAsleep = true
        return .sleep
      }
      var group: [Entry] = []
      if state.queue.count <= Self.groupLimit {
        group.reserveCapacity(state.queue.count)
        swap(&group, &state.queue)
      } else {
        group = Array(state.queue.prefix(Self.groupLimit))
        state.queue.removeFirst(Self.groupLimit)
      }
      return .commit(group)
    }
  }

  private func commit(_ group: [Entry]) {
    switch store.append(group.map(\.record)) {
    case .committed(let refused): finish(group, refused: refused)
    case .stalled(let reason): stall(group, reason)
    case .failed(let reason): fail(group, reason)
    }
  }

  private func finish(_ group: [Entry], refused: [Int]) {
    let (hasRecovered, drops) = state.withLock { state in
      state.statistics.transactions += 1
      state.statistics.records += group.count - refused.count
      forget(group, &state)
      defer {
        state.health = .sound
        state.unreportedDrops = 0
      }
      if case .stalled = state.health { return (true, state.unreportedDrops) }
      return (false, state.unreportedDrops)
    }
    if drops > 0 {
      logger.warning("denials were dropped unrecorded", metadata: ["count": "\(drops)"])
    }
    if hasRecovered {
      logger.notice("the journal takes records again")
    }
    let refused = Set(refused)
    for (position, entry) in group.enumerated() {
      guard refused.contains(position) else {
        entry.waiter?.resume(returning: nil)
        continue
      }
      logger.error(
        "the journal refused a record", metadata: ["event_id": "\(entry.record.event.id)"])
      entry.waiter?.resume(returning: .outcomeNotRecorded("the journal refused the record"))
    }
  }

  /// Keeps the group as the first to be written when the store takes records again, tells those who
  /// wait, and pauses.
  private func stall(_ group: [Entry], _ reason: String) {
    let (isFirst, givesUp) = state.withLock { state in
      defer { state.health = .stalled(reason) }
      let givesUp = state.isClosing && state.running == 0
      if givesUp {
        state.loss = JournalFailure(reason: reason)
        forget(group, &state)
      } else {
        state.queue.insert(
          contentsOf: group.map {
            Entry(record: $0.record, waiter: nil, isDenial: $0.isDenial)
          }, at: 0)
      }
      if case .stalled = state.health { return (false, givesUp) }
      return (true, givesUp)
    }
    for entry in group {
      entry.waiter?.resume(returning: .outcomeNotRecorded(reason))
    }
    if givesUp {
      logger.error(
        "the journal was closed with records that it could not write",
        metadata: ["records": "\(group.count)", "reason": "\(reason)"])
      return
    }
    if isFirst {
      logger.error("the journal takes no records", metadata: ["reason": "\(reason)"])
    }
    _ = closing.wait(timeout: .now() + probeInterval)
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
      entry.waiter?.resume(returning: .outcomeNotRecorded(reason))
    }
    failureSink.yield(JournalFailure(reason: reason))
  }

  private func forget(_ group: [Entry], _ state: inout State) {
    let denials = group.count { $0.isDenial }
    state.denials -= denials
    state.outcomes -= group.count - denials
  }

  private func end() {
    store.close()
    failureSink.finish()
    let closers = state.withLock { state in
      state.hasEnded = true
      defer { state.closers = [] }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }
}
