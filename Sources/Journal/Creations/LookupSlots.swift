import Synchronization

/// Bounds how many looks into the directory are under way at a time, first come, first served: after
/// a crash under load thousands of creations are looked into at once, and the directory's own rate
/// is shared with the calls.
final class LookupSlots: Sendable {
  private struct State {
    var free: Int
    var waiters: [CheckedContinuation<Void, Never>] = []
    /// The first of `waiters` that still waits.
    var next = 0

    /// Those who had their turn are forgotten when they are more than those who wait.
    mutating func advance() {
      next += 1
      guard next > waiters.count / 2 else { return }
      waiters.removeFirst(next)
      next = 0
    }
  }

  private let state: Mutex<State>

  init(count: Int) {
    state = Mutex(State(free: count))
  }

  /// Waits for a slot, and has it until the look is over.
  func look(_ body: () async -> Void) async {
    await take()
    await body()
    giveBack()
  }

  private func take() async {
    await withCheckedContinuation { waiter in
      let isFree = state.withLock { state in
        guard state.free == 0 else {
          state.free -= 1
          return true
        }
        state.waiters.append(waiter)
        return false
      }
      if isFree { waiter.resume() }
    }
  }

  private func giveBack() {
    let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
      guard state.next < state.waiters.count else {
        state.free += 1
        return nil
      }
      defer { state.advance() }
      return state.waiters[state.next]
    }
    waiter?.resume()
  }
}
