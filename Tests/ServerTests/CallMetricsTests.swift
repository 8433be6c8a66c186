import GRPC
import HTTP2
import Testing

@testable import Server

@Suite struct CallMetricsTests {
  private let method = MethodDescriptor(service: "a.B", method: "C")

  private func context(_ method: MethodDescriptor, at index: Int?) -> ServerContext {
    ServerContext(
      descriptor: method, methodIndex: index, metadata: Metadata(), deadline: nil,
      peer: "127.0.0.1")
  }

  private func end(
    _ metrics: CallMetrics, _ call: ServerContext, _ code: Status.Code,
    _ traffic: MessageTraffic = MessageTraffic()
  ) {
    metrics.callDidEnd(call, status: Status(code: code, message: ""), traffic: traffic)
  }

  @Test func aCallCountsFromItsArrival() {
    let metrics = CallMetrics()
    var call = context(method, at: 2)
    metrics.callDidArrive(&call)
    #expect(metrics.totals.started == 1 && metrics.totals.lastStarted == call.startTime)
    #expect(metrics.exposition.contains("grpc_server_call_started_total{grpc_method=\"a.B/C\"} 1"))
    end(metrics, call, .ok)
    metrics.callDidArrive(&call)
    end(metrics, call, .cancelled)
    let totals = metrics.totals
    #expect((totals.started, totals.succeeded, totals.failed) == (2, 1, 1))
  }

  @Test func methodsThatAreNotThereAreOneLabel() {
    let metrics = CallMetrics()
    var call = context(.unregistered, at: nil)
    metrics.callDidArrive(&call)
    end(metrics, call, .unimplemented)
    #expect(metrics.exposition.contains("grpc_server_call_started_total{grpc_method=\"other\"} 1"))
    let totals = metrics.totals
    #expect((totals.started, totals.succeeded, totals.failed) == (1, 0, 1))
  }

  @Test func bytesOfMessagesAreCountedForEachCall() {
    let metrics = CallMetrics()
    for bytes in [0, 1_024, 1_025] {
      var call = context(method, at: 0)
      metrics.callDidArrive(&call)
      end(metrics, call, .ok, MessageTraffic(sentByteCount: bytes, receivedByteCount: 7))
    }
    let name = "grpc_server_call_sent_total_compressed_message_size_bytes"
    let labels = "grpc_method=\"a.B/C\",grpc_status=\"OK\""
    let lines = Set(metrics.exposition.split(separator: "\n").map(String.init))
    for (bound, count) in [("0", 1), ("1024", 2), ("2048", 3), ("4294967296", 3), ("+Inf", 3)] {
      #expect(lines.contains("\(name)_bucket{\(labels),le=\"\(bound)\"} \(count)"))
    }
    #expect(lines.contains("\(name)_sum{\(labels)} 2049.0"))
    let received = "grpc_server_call_rcvd_total_compressed_message_size_bytes"
    #expect(lines.contains("\(received)_sum{\(labels)} 21.0"))
  }

  @Test func aBoundBelongsToItsBucket() {
    var histogram = Histogram(bounds: [0, 1, 2])
    for value in [-1.0, 0, 0.5, 1, 1.5, 2, 2.5] { histogram.observe(value) }
    #expect(histogram.counts == [2, 2, 2, 1])
    #expect(histogram.count == 7 && histogram.sum == 6.5)
  }
}
