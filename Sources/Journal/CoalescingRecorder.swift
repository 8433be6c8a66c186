import Provisioning
import Synchronization

/// Writes what nobody waits for, and a flood of it in few records.
final class CoalescingRecorder<Coalescer: EventCoalescer>: Sendable {
  private struct State {
    var coalescer = Coalescer()
    /// Whether a task looks for what has been held long enough.
    var isLooking = false
  }

  private let state = Mutex(State())
  private let writer: GroupCommitWriter
  private let clock: any WallClock
  private let identifiers: any IdentifierSource

  init(writer: GroupCommitWriter, clock: any WallClock, identifiers: any IdentifierSource) {
    self.writer = writer
    self.clock = clock
    self.identifiers = identifiers
  }

  func record(_ occurrence: Coalescer.Occurrence) {
    let now = clock.now().microseconds
    let (isAdmitted, wasLooking) = state.withLock { state in
      defer { state.isLooking = true }
      return (state.coalescer.admits(occurrence, at: now), state.isLooking)
    }
    if isAdmitted { writer.offer(Coalescer.event(identifiers.next(), of: occurrence, at: now)) }
    if !wasLooking { Task { await releaseUntilEmpty() } }
  }

  private func releaseUntilEmpty() async {
    repeat {
      // Cut short or not, what is held is to be written.
      try? await Task.sleep(for: Coalescer.interval)
      release(isLast: false)
    } while state.withLock { state in
      state.isLooking = !state.coalescer.isEmpty
      return state.isLooking
    }
  }

  /// Writes all that is held, before the journal is closed.
  func release() {
    release(isLast: true)
  }

  private func release(isLast: Bool) {
    let now = clock.now().microseconds
    for held in state.withLock({ $0.coalescer.release(at: now, isLast: isLast) }) {
      writer.offer(Coalescer.event(identifiers.next(), of: held))
    }
  }
}
