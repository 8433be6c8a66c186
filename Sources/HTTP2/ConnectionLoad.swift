import Synchronization

/// Counts what the requests of one connection hold: the work that they have started and that goes on,
/// whether its streams live or not, and the bytes that are collected before work can start.
package final class ConnectionLoad: Sendable {
  private let running = Atomic<Int>(0)
  private let collected = Atomic<Int>(0)

  package init() {}

  package var count: Int { running.load(ordering: .relaxed) }

  /// Counts bytes that are kept; the answer is how many there are with them.
  package func collect(_ byteCount: Int) -> Int {
    collected.add(byteCount, ordering: .relaxed).newValue
  }

  package func release(_ byteCount: Int) {
    collected.subtract(byteCount, ordering: .relaxed)
  }

  package func begin() {
    running.add(1, ordering: .relaxed)
  }

  package func end() {
    running.subtract(1, ordering: .relaxed)
  }
}
