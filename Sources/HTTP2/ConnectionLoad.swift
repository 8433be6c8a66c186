import Synchronization

/// Counts the work that the requests of one connection have started and that goes on, whether its
/// streams live or not.
package final class ConnectionLoad: Sendable {
  private let running = Atomic<Int>(0)

  package init() {}

  package var count: Int { running.load(ordering: .relaxed) }

  package func begin() {
    running.add(1, ordering: .relaxed)
  }

  package func end() {
    running.subtract(1, ordering: .relaxed)
  }
}
