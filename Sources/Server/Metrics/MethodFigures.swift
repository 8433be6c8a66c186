import GRPC
import HTTP2

/// What has been counted of one method.
struct MethodFigures: Sendable {
  /// Nil until its first call.
  var method: MethodDescriptor?
  var started = 0
  /// By status code; nil where no call has ended with it.
  private var byCode: [CallSeries?]

  init(method: MethodDescriptor?) {
    self.method = method
    byCode = Array(repeating: nil, count: Status.Code.allCases.count)
  }

  mutating func end(_ code: Status.Code, _ duration: Duration, _ traffic: MessageTraffic) {
    let index = Int(code.rawValue)
    if byCode[index] == nil { byCode[index] = CallSeries() }
    byCode[index]?.observe(duration, traffic)
  }

  /// Methods that this server does not have are one label: callers must not make up new ones.
  var label: String {
    guard let method, method != .unregistered else { return "other" }
    return method.description
  }

  var series: [(labels: PrometheusText.Labels, series: CallSeries)] {
    zip(Status.Code.allCases, byCode).compactMap { code, series in
      series.map { ([("grpc_method", label), ("grpc_status", code.name)], $0) }
    }
  }
}

/// The calls of one method that ended with one status.
struct CallSeries: Sendable {
  private(set) var durations = Histogram(bounds: Histogram.seconds)
  private(set) var sent = Histogram(bounds: Histogram.bytes)
  private(set) var received = Histogram(bounds: Histogram.bytes)

  mutating func observe(_ duration: Duration, _ traffic: MessageTraffic) {
    durations.observe(duration.inSeconds)
    sent.observe(Double(traffic.sentByteCount))
    received.observe(Double(traffic.receivedByteCount))
  }

  /// One histogram of every series.
  struct Family: Sendable {
    let name: String
    let help: String
    let histogram: @Sendable (CallSeries) -> Histogram
  }

  static let families = [
    Family(
      name: "grpc_server_call_duration_seconds", help: "From the first byte to the status.",
      histogram: { $0.durations }),
    Family(
      name: "grpc_server_call_sent_total_compressed_message_size_bytes",
      help: "Messages of an answer as they were sent, without framing.", histogram: { $0.sent }),
    Family(
      name: "grpc_server_call_rcvd_total_compressed_message_size_bytes",
      help: "Messages of a request as they came, without framing.", histogram: { $0.received }),
  ]
}
