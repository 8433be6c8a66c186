import Synchronization

/// Counts the handlers that run, those included whose caller has gone, so that a server that stops
/// can wait for the last one.
final class RunningHandlers: Sendable {
  /// One for each handler, and one for the server itself until it stops.
  private let count = Atomic<Int>(1)
  private let hasStopped = Atomic<Bool>(false)
  private let waiters = Mutex<[AsyncStream<Never>.Continuation]>([])

  func begin() {
    count.add(1, ordering: .relaxed)
  }

  func end() {
    guard count.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
    for waiter in waiters.withLock({ $0 }) { waiter.finish() }
  }

  /// Waits until no handler runs, at most until `deadline`.
  func stop(waitingUntil deadline: ContinuousClock.Instant) async {
    let (ended, continuation) = AsyncStream<Never>.makeStream()
    waiters.withLock { $0.append(continuation) }
    if !hasStopped.exchange(true, ordering: .acquiringAndReleasing) { end() }
    if count.load(ordering: .acquiring) == 0 { continuation.finish() }
    await withTaskGroup { tasks in
      tasks.addTask {
        for await _ in ended {}
      }
      tasks.addTask {
        // Ends early only when the other task has won.
        try? await Task.sleep(until: deadline)
      }
      await tasks.next()
      tasks.cancelAll()
    }
  }
}
