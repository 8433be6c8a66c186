import Provisioning
import Synchronization

/// Writes readings of the trail without anybody waiting for them, and those of one reader that come
/// again and again in few records.
final class ReadingRecorder: Sendable {
  /// Between two looks for windows that are over.
  static let interval = Duration.seconds(5)

  private struct State {
    var coalescer = ReadingCoalescer()
    /// Whether a task is going to look for windows that are over.
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

  func record(_ reading: AuditReading) {
    let now = clock.now().microseconds
    let (isAdmitted, isFirst) = state.withLock { state in
      let isAdmitted = state.coalescer.admits(reading, at: now)
      defer { state.isReleaseDue = true }
      return (isAdmitted, !state.isReleaseDue)
    }
    if isAdmitted {
      offer(AuditEvent(id: identifiers.next(), reading: reading, wallMicroseconds: now))
    }
    if isFirst { Task { await releaseUntilEmpty() } }
  }

  private func releaseUntilEmpty() async {
    repeat {
      // Cut short or not, what is held is to be written.
      try? await Task.sleep(for: Self.interval)
      let now = clock.now().microseconds
      offer(state.withLock { $0.coalescer.release(at: now) })
    } while state.withLock({ state in
      state.isReleaseDue = !state.coalescer.isEmpty
      return state.isReleaseDue
    })
  }

  /// Writes all that is held, before the journal is closed.
  func release() {
    offer(state.withLock { $0.coalescer.releaseAll() })
  }

  private func offer(_ held: [CoalescedReadings]) {
    for readings in held {
      var event = AuditEvent(
        id: identifiers.next(), reading: readings.reading, wallMicroseconds: readings.last)
      event.durationMicroseconds = readings.last - readings.first
      event.count = readings.count
      offer(event)
    }
  }

  private func offer(_ event: AuditEvent) {
    writer.offer(event)
  }
}
