import Provisioning
import Synchronization

/// Writes denials without anybody waiting for them, and a flood of them in few records.
final class DenialRecorder: Sendable {
  /// Between two looks whether denials that are counted together have been held long enough.
  static let interval = Duration.seconds(1)

  private struct State {
    var coalescer = DenialCoalescer()
    /// Whether a task releases what is held.
    var isReleasing = false
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

  func record(_ denial: Denial) {
    let now = clock.now().microseconds
    let (isAdmitted, beginsToHold) = state.withLock { state in
      if state.coalescer.admits(denial, at: now) { return (true, false) }
      defer { state.isReleasing = true }
      return (false, !state.isReleasing)
    }
    if isAdmitted {
      writer.offer(AuditEvent(id: identifiers.next(), denial: denial, wallMicroseconds: now))
    } else if beginsToHold {
      Task {
        var isHolding = true
        while isHolding {
          // Cut short or not, what is held is to be written.
          try? await Task.sleep(for: Self.interval)
          isHolding = releaseDue()
        }
      }
    }
  }

  /// Writes what has been held long enough.
  ///
  /// - Returns: whether anything is held still.
  private func releaseDue() -> Bool {
    let now = clock.now().microseconds
    let (due, isHolding) = state.withLock { state in
      let due = state.coalescer.release(at: now)
      state.isReleasing = state.coalescer.isHolding
      return (due, state.isReleasing)
    }
    write(due)
    return isHolding
  }

  /// Writes all that is held.
  func release() {
    let now = clock.now().microseconds
    write(state.withLock { $0.coalescer.release(at: now, isLast: true) })
  }

  private func write(_ held: [CoalescedDenials]) {
    for denials in held {
      var event = AuditEvent(
        id: identifiers.next(), denial: denials.denial,
        wallMicroseconds: denials.lastMicroseconds)
      event.durationMicroseconds = denials.lastMicroseconds - denials.firstMicroseconds
      event.count = denials.count
      writer.offer(event)
    }
  }
}
