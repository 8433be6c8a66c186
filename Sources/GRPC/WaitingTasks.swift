import NIOCore

/// Tasks that wait until something changes on an event loop. Confined to that loop: a task waits
/// by running on it.
final class WaitingTasks {
  private let eventLoop: any EventLoop
  private var continuations: [Int: CheckedContinuation<Void, Never>] = [:]
  private var nextNumber = 0

  init(eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  var isEmpty: Bool { continuations.isEmpty }

  /// Waits for `wakeAll()` or for the cancellation of the task; look again which one it was.
  func wait() async {
    let number = nextNumber
    nextNumber += 1
    let eventLoop = eventLoop
    let tasks = NIOLoopBound(self, eventLoop: eventLoop)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuations[number] = $0 }
    } onCancel: {
      // Comes after the continuation was stored, because storing it is one job with the check.
      eventLoop.execute { tasks.value.wake(number) }
    }
  }

  func wakeAll() {
    let continuations = continuations
    self.continuations = [:]
    for (_, continuation) in continuations.sorted(by: { $0.key < $1.key }) {
      continuation.resume()
    }
  }

  private func wake(_ number: Int) {
    continuations.removeValue(forKey: number)?.resume()
  }
}
