import GRPC
import Synchronization

/// Counts calls by method and status, with their durations (gRFC A66: `grpc.server.call.*`, the
/// names in Prometheus' form).
final class CallMetrics: ServerInterceptor {
  private struct Key: Hashable {
    var method: MethodDescriptor
    var code: Status.Code
  }

  private struct State {
    var started: [MethodDescriptor: Int] = [:]
    var durations: [Key: Histogram] = [:]
  }

  private let state = Mutex(State())

  func callWillStart(_ context: inout ServerContext) async throws(RPCError) {}

  func callDidEnd(_ context: ServerContext, status: Status) {
    let duration = ContinuousClock.now - context.startTime
    let key = Key(method: context.descriptor, code: status.code)
    state.withLock {
      $0.started[key.method, default: 0] += 1
      $0.durations[key, default: Histogram()].observe(duration)
    }
  }

  /// The metrics in Prometheus' text format.
  var exposition: String {
    let state = state.withLock { $0 }
    var text = PrometheusText()
    text.header(
      "grpc_server_call_started_total", "counter", "Calls that ended or were refused.")
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
