import GRPC
import Synchronization

/// Counts calls by method and status, with their durations (gRFC A66: `grpc.server.call.*`, the
/// names in Prometheus' form). It stands in front of all other interceptors, so that it sees the
/// calls that they refuse.
final class CallMetrics: ServerInterceptor {
  private struct Key: Hashable {
    var method: MethodDescriptor
    var code: Status.Code
  }

  private struct State {
    var started: [MethodDescriptor: Int] = [:]
    var durations: [Key: Histogram] = [:]
    var totals = Totals()
  }

  /// All calls together.
  struct Totals: Equatable {
    var started = 0
    var succeeded = 0
    var failed = 0
    var lastStarted: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  var totals: Totals { state.withLock(\.totals) }

  func callDidArrive(_ context: inout ServerContext) {
    let (method, time) = (context.descriptor, context.startTime)
    state.withLock { Self.count(method, at: time, in: &$0) }
  }

  func callDidEnd(_ context: ServerContext, status: Status) {
    let duration = ContinuousClock.now - context.startTime
    let key = Key(method: context.descriptor, code: status.code)
    state.withLock {
      // A call of no method that this server has never arrives: it is refused before.
      if key.method == .unregistered { Self.count(key.method, at: context.startTime, in: &$0) }
      $0.durations[key, default: Histogram()].observe(duration)
      if status.code == .ok { $0.totals.succeeded += 1 } else { $0.totals.failed += 1 }
    }
  }

  private static func count(
    _ method: MethodDescriptor, at time: ContinuousClock.Instant, in state: inout State
  ) {
    state.started[method, default: 0] += 1
    state.totals.started += 1
    state.totals.lastStarted = time
  }

  /// The metrics in Prometheus' text format.
  var exposition: String {
    let state = state.withLock { $0 }
    var text = PrometheusText()
    text.header(
      "grpc_server_call_started_total", "counter", "Calls that began, those refused included.")
    for (method, count) in state.started.sorted(by: { $0.key.path < $1.key.path }) {
      text.sample("grpc_server_call_started_total", [("grpc_method", method.label)], count)
    }
    text.header(
      "grpc_server_call_duration_seconds", "histogram", "From the first byte to the status.")
    let durations = state.durations.sorted {
      ($0.key.method.path, $0.key.code.rawValue) < ($1.key.method.path, $1.key.code.rawValue)
    }
    for (key, histogram) in durations {
      text.histogram(
        "grpc_server_call_duration_seconds",
        [("grpc_method", key.method.label), ("grpc_status", key.code.name)], histogram)
    }
    return text.description
  }
}

extension MethodDescriptor {
  /// Methods that this server does not have are one label: callers must not make up new ones.
  fileprivate var label: String { self == .unregistered ? "other" : description }
}
