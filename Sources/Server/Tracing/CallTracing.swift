import GRPC
import HTTP2

/// A call's part of a trace, when it is over.
struct FinishedSpan: Sendable {
  /// `Recv.` and the method (gRFC A72).
  let name: String
  let span: CallSpan
  let duration: Duration
  let status: Status.Code
}

/// Continues the trace of a caller that names one (W3C Trace Context, gRFC A72): its number stands
/// in the log lines of the call, and the call's span is exported. A call that names none costs the
/// search for its header; where spans are exported it begins a trace.
final class CallTracing: ServerInterceptor {
  private let export: (@Sendable (FinishedSpan) -> Void)?

  /// - Parameter export: takes each span on the event loop of its call; nil makes none but for calls
  ///   that are part of a trace, so that their log lines can name it.
  init(export: (@Sendable (FinishedSpan) -> Void)?) {
    self.export = export
  }

  func callDidArrive(_ context: inout ServerContext) {
    let trace = TraceContext(context.metadata)
    if trace != nil || export != nil { context.span = CallSpan(continuing: trace) }
  }

  func callDidEnd(_ context: ServerContext, status: Status, traffic: MessageTraffic) {
    guard let export, let span = context.span, span.isSampled else { return }
    export(
      FinishedSpan(
        name: "Recv.\(context.descriptor.service).\(context.descriptor.method)", span: span,
        duration: ContinuousClock.now - context.startTime, status: status.code))
  }
}
