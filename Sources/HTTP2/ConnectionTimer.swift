import NIOCore

/// The one timer of a connection. A moment later than the one that is armed costs nothing: the
/// timer wakes at the earlier one and is armed again.
struct ConnectionTimer {
  private var task: Scheduled<Void>?
  private var armed = NIODeadline.distantFuture

  mutating func arm(
    for deadline: NIODeadline, on eventLoop: any EventLoop,
    _ action: @escaping @Sendable () -> Void
  ) {
    guard deadline < armed else { return }
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
