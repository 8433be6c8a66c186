import Provisioning
import Synchronization

/// Waits for the journal to grow, for any number of readers at the price of one: while somebody
/// waits, its size is asked for again and again.
final class SealedSizeWatch: Sendable {
  /// Between two questions.
  static let interval = Duration.milliseconds(50)

  private struct Waiter {
    let size: Int64
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var waiters: [Int: Waiter] = [:]
    var nextID = 0
    var isAsking = false
    /// Those that were cancelled before they began to wait.
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())
  private let reader: any SealedRecordReader

  init(reader: any SealedRecordReader) {
    self.reader = reader
  }

  /// Returns when the journal has more records than that, at the deadline, or when the task is
  /// cancelled.
  ///
  /// - Throws: why the journal cannot be read: nobody waits for one that does not answer.
  func wait(
    forMoreThan size: Int64, until deadline: ContinuousClock.Instant
  ) async throws(JournalError) {
    do {
      try await registered(forMoreThan: size, until: deadline)
    } catch let error as JournalError {
      throw error
    } catch {
      throw .unavailable("the journal cannot be read")
    }
  }

  private func registered(
    forMoreThan size: Int64, until deadline: ContinuousClock.Instant
  ) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    // A cancellation that came too late for the wait.
    defer { state.withLock { _ = $0.cancelled.remove(id) } }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (isOver, begins) = state.withLock { state in
          guard state.cancelled.remove(id) == nil else { return (true, false) }
          state.waiters[id] = Waiter(size: size, deadline: deadline, continuation: continuation)
          defer { state.isAsking = true }
          return (false, !state.isAsking)
        }
        if isOver { continuation.resume() }
        if begins { Task { await ask() } }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        let waiter = state.waiters.removeValue(forKey: id)
        if waiter == nil { state.cancelled.insert(id) }
        return waiter
      }
      waiter?.continuation.resume()
    }
  }

  /// Asks until nobody waits.
  private func ask() async {
    while true {
      let size: Int64
      do throws(JournalError) {
        size = try await reader.sealedSize()
      } catch {
        return fail(error)
      }
      let now = ContinuousClock.now
      let (over, isDone) = state.withLock { state in
        let over = state.waiters.filter { $0.value.size < size || $0.value.deadline <= now }
        for id in over.keys { state.waiters[id] = nil }
        state.isAsking = !state.waiters.isEmpty
        return (over, state.waiters.isEmpty)
      }
      for waiter in over.values { waiter.continuation.resume() }
      if isDone { return }
      try? await Task.sleep(for: Self.interval)
    }
  }

  private func fail(_ error: JournalError) {
    let waiters = state.withLock { state in
      defer { state.waiters = [:] }
      state.isAsking = false
      return state.waiters.values
    }
    for waiter in waiters { waiter.continuation.resume(throwing: error) }
  }
}
