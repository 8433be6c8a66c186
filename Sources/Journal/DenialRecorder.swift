import Provisioning
import Synchronization

/// Writes denials without anybody waiting for them, and a flood of them in few records.
final class DenialRecorder: Sendable {
  /// How long denials are held that are counted together.
  static let interval = Duration.seconds(1)

  private struct State {
    var coalescer = DenialCoalescer()
    /// Whether a task is going to release what is held.
    var isReleaseDue = false
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
      defer { state.isReleaseDue = true }
      return (false, !state.isReleaseDue)
    }
    if isAdmitted {
      writer.offer(AuditEvent(id: identifiers.next(), denial: denial, wallMicroseconds: now))
    } else if beginsToHold {
      Task {
        // Cut short or not, what is held is to be written.
        try? await Task.sleep(for: Self.interval)
        release()
      }
    }
  }

  /// Writes what is held.
  func release() {
    let now = clock.now().microseconds
    let held = state.withLock { state in
      state.isReleaseDue = false
      return state.coalescer.release(at: now)
    }
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
