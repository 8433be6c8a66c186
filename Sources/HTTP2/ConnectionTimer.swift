import NIOCore

/// The one timer of a connection. A moment later than the one that is armed costs nothing: the
/// timer wakes at the earlier one and is armed again.
struct ConnectionTimer {
  private var task: Scheduled<Void>?
  private var armed = NIODeadline.distantFuture

  /// Whether the timer must be armed anew to wake at this moment or before it.
  func wakesTooLate(for deadline: NIODeadline) -> Bool { deadline < armed }

  mutating func arm(
    for deadline: NIODeadline, on eventLoop: any EventLoop,
    _ action: @escaping @Sendable () -> Void
  ) {
    task?.cancel()
    armed = deadline
    task = eventLoop.scheduleTask(deadline: deadline, action)
  }

  /// The timer has woken: nothing is armed.
  mutating func clear() {
    task = nil
    armed = .distantFuture
  }

  mutating func cancel() {
    task?.cancel()
    clear()
  }
}
