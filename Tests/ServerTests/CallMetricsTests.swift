import GRPC
import Testing

@testable import Server

@Suite struct CallMetricsTests {
  private let method = MethodDescriptor(service: "a.B", method: "C")

  private func context(_ method: MethodDescriptor) -> ServerContext {
    ServerContext(descriptor: method, metadata: Metadata(), deadline: nil, peer: "127.0.0.1")
  }

  @Test func aCallCountsFromItsArrival() {
    let metrics = CallMetrics()
    var call = context(method)
    metrics.callDidArrive(&call)
    #expect(metrics.totals.started == 1 && metrics.totals.lastStarted == call.startTime)
    #expect(metrics.exposition.contains("grpc_server_call_started_total{grpc_method=\"a.B/C\"} 1"))
    metrics.callDidEnd(call, status: Status(code: .ok, message: ""))
    metrics.callDidArrive(&call)
    metrics.callDidEnd(call, status: Status(code: .cancelled, message: ""))
    let totals = metrics.totals
    #expect((totals.started, totals.succeeded, totals.failed) == (2, 1, 1))
  }

  @Test func methodsThatAreNotThereAreOneLabel() {
    let metrics = CallMetrics()
    metrics.callDidEnd(context(.unregistered), status: Status(code: .unimplemented, message: ""))
    #expect(metrics.exposition.contains("grpc_server_call_started_total{grpc_method=\"other\"} 1"))
    let totals = metrics.totals
    #expect((totals.started, totals.succeeded, totals.failed) == (1, 0, 1))
  }
}
