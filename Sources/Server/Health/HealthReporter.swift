import Messages
import Synchronization

/// The health of each service: whoever finds out tells this, and ``HealthService`` tells callers.
///
/// Source: gRPC, doc/health-checking.md.
final class HealthReporter: Sendable {
  typealias ServingStatus = GRPCHealthV1.HealthCheckResponse.ServingStatus

  /// The name of the server as a whole.
  static let wholeServer = ""

  /// Changes kept for a watcher that does not read; of more the oldest are dropped, so that it
  /// always learns of the newest.
  static let watchBacklog = 16

  /// The changes of one service's status, beginning with the one in force; it ends when the server
  /// drains. Whoever follows it calls ``HealthReporter/remove(_:)`` when it has told the last one.
  struct Watch: Sendable {
    let changes: AsyncStream<ServingStatus>
    fileprivate let id: Int
  }

  private struct Watcher {
    var service: String
    var last: ServingStatus
    var continuation: AsyncStream<ServingStatus>.Continuation
  }

  private struct State {
    var statuses: [String: ServingStatus]
    var isDraining = false
    var watchers: [Int: Watcher] = [:]
    var nextID = 0
    /// Waits for the last watcher.
    var drained: AsyncStream<Never>.Continuation?
  }

  private let state: Mutex<State>

  /// The services start as not serving.
  init(services: [String]) {
    state = Mutex(State(statuses: Dictionary(services.map { ($0, .notServing) }) { $1 }))
  }

  /// The status of a service; nil where it is not known.
  func status(of service: String) -> ServingStatus? {
    state.withLock { $0.statuses[service] }
  }

  var statuses: [String: ServingStatus] { state.withLock(\.statuses) }

  /// Whether ``drain(waitingAtMost:)`` was called.
  var isDraining: Bool { state.withLock(\.isDraining) }

  /// Tells watchers of a service that its status is another one. Once the server drains, nothing
  /// changes any more.
  func report(_ status: ServingStatus, for service: String) {
    state.withLock { state in
      guard !state.isDraining else { return }
      state.statuses[service] = status
      Self.notify(&state)
    }
  }

  /// Begins to follow a service, known or not.
  func watch(_ service: String) -> Watch {
    let (changes, continuation) = AsyncStream.makeStream(
      of: ServingStatus.self, bufferingPolicy: .bufferingNewest(Self.watchBacklog))
    return state.withLock { state in
      let status = state.statuses[service] ?? .serviceUnknown
      continuation.yield(status)
      if state.isDraining { continuation.finish() }
      state.nextID += 1
      state.watchers[state.nextID] = Watcher(
        service: service, last: status, continuation: continuation)
      return Watch(changes: changes, id: state.nextID)
    }
  }

  /// Ends a watch.
  func remove(_ watch: Watch) {
    state.withLock { state in
      state.watchers[watch.id] = nil
      if state.watchers.isEmpty { state.drained?.finish() }
    }
  }

  /// Every service is not serving from here on. The watches end behind that; returns when the last
  /// of them has been told.
  func drain(waitingAtMost limit: Duration) async {
    let (drained, continuation) = AsyncStream<Never>.makeStream()
    state.withLock { state in
      state.isDraining = true
      for service in state.statuses.keys { state.statuses[service] = .notServing }
      Self.notify(&state)
      for watcher in state.watchers.values { watcher.continuation.finish() }
      state.drained = continuation
      if state.watchers.isEmpty { continuation.finish() }
    }
    await withTaskGroup { tasks in
      tasks.addTask {
        for await _ in drained {}
      }
      tasks.addTask {
        // Ends early only when the other task has won.
        try? await Task.sleep(for: limit)
      }
      await tasks.next()
      tasks.cancelAll()
    }
  }

  private static func notify(_ state: inout State) {
    for (id, watcher) in state.watchers {
      let status = state.statuses[watcher.service] ?? .serviceUnknown
      guard status != watcher.last else { continue }
      state.watchers[id]?.last = status
      watcher.continuation.yield(status)
    }
  }
}
