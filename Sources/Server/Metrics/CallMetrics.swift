import GRPC
import HTTP2
import Synchronization

/// Counts calls by method and status, with their durations and the bytes of their messages (gRFC
/// A66: `grpc.server.call.*`, the names in Prometheus' form). It stands in front of all other
/// interceptors, so that it sees the calls that they refuse.
final class CallMetrics: ServerInterceptor {
  /// All calls together.
  struct Totals: Equatable {
    var started = 0
    var succeeded = 0
    var failed = 0
    var lastStarted: ContinuousClock.Instant?
  }

  private struct State {
    /// By the router's index of the method, so that no call costs a look-up.
    var methods: [MethodFigures] = []
    var unregistered = MethodFigures(method: .unregistered)
    var totals = Totals()

    mutating func count(_ context: ServerContext) {
      totals.started += 1
      totals.lastStarted = context.startTime
      guard let index = context.methodIndex else { return unregistered.started += 1 }
      while methods.count <= index { methods.append(MethodFigures(method: nil)) }
      if methods[index].method == nil { methods[index].method = context.descriptor }
      methods[index].started += 1
    }

    mutating func end(
      _ index: Int?, _ code: Status.Code, _ duration: Duration, _ traffic: MessageTraffic
    ) {
      if code == .ok { totals.succeeded += 1 } else { totals.failed += 1 }
      guard let index else { return unregistered.end(code, duration, traffic) }
      methods[index].end(code, duration, traffic)
    }
  }

  private let state = Mutex(State())

  var totals: Totals { state.withLock(\.totals) }

  func callDidArrive(_ context: inout ServerContext) {
    // Others are counted when they end: not all of them arrive here.
    guard context.methodIndex != nil else { return }
    let context = context
    state.withLock { $0.count(context) }
  }

  func callDidEnd(_ context: ServerContext, status: Status, traffic: MessageTraffic) {
    let duration = ContinuousClock.now - context.startTime
    state.withLock {
      if context.methodIndex == nil { $0.count(context) }
      $0.end(context.methodIndex, status.code, duration, traffic)
    }
  }

  /// The metrics in Prometheus' text format.
  var exposition: String {
    let methods = state.withLock { $0.methods + [$0.unregistered] }
      .filter { $0.started > 0 }.sorted { $0.label < $1.label }
    var text = PrometheusText()
    text.header(
      "grpc_server_call_started_total", "counter", "Calls that began, those refused included.")
    for method in methods {
      text.sample("grpc_server_call_started_total", [("grpc_method", method.label)], method.started)
    }
    for family in CallSeries.families {
      text.header(family.name, "histogram", family.help)
      for method in methods {
        for (labels, series) in method.series {
          text.histogram(family.name, labels, family.histogram(series))
        }
      }
    }
    return text.description
  }
}
