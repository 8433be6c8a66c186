import GRPC
import HTTP2
import Logging
import Synchronization
import Testing

@testable import Server

@Suite struct CallTracingTests {
  private let spans = SpanCollector()
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

  private func context(_ flags: String?) -> ServerContext {
    var metadata = Metadata()
    if let flags {
      metadata.addString("00-\(Self.trace)-00f067aa0ba902b7-\(flags)", forKey: "traceparent")
    }
    return ServerContext(
      descriptor: MethodDescriptor(service: "a.B", method: "C"), methodIndex: 0,
      metadata: metadata, deadline: nil, peer: "127.0.0.1")
  }

  private func finish(_ tracing: CallTracing, _ flags: String?) -> ServerContext {
    var call = context(flags)
    tracing.callDidArrive(&call)
    call.span?.messageDidCross(.inbound, byteCount: 4, isCompressed: false)
    tracing.callDidEnd(
      call, status: Status(code: .notFound, message: ""), traffic: MessageTraffic())
    return call
  }

  @Test func aSampledCallIsExportedUnderItsCallersSpan() throws {
    _ = finish(CallTracing(export: spans.take), "01")
    let finished = try #require(spans.all.first)
    #expect(finished.name == "Recv.a.B.C" && finished.status == .notFound)
    #expect(finished.span.traceID.description == Self.trace)
    #expect(finished.span.parentID?.hexadecimal == "00f067aa0ba902b7")
    #expect(finished.span.events.map(\.byteCount) == [4])
  }

  @Test func whatTheCallerDoesNotRecordIsNotExported() {
    let call = finish(CallTracing(export: spans.take), "00")
    #expect(spans.all.isEmpty)
    #expect(call.span?.traceID.description == Self.trace)
  }

  @Test func aCallWithoutATraceBeginsOneWhereSpansAreExported() {
    _ = finish(CallTracing(export: spans.take), nil)
    #expect(spans.all.first.map { $0.span.parentID == nil } == true)
  }

  @Test func withoutAnExporterOnlyACallersTraceIsKept() {
    #expect(finish(CallTracing(export: nil), nil).span == nil)
    let span = finish(CallTracing(export: nil), "01").span
    #expect(span?.logMetadata["trace_id"]?.description == Self.trace)
  }

  @Test func linesOfTheLogNameTheSpanOfTheirTask() {
    let span = CallSpan(continuing: nil)
    #expect(CallSpan.logMetadataProvider.get().isEmpty)
    CallSpan.$current.withValue(span) {
      #expect(CallSpan.logMetadataProvider.get() == span.logMetadata)
    }
  }
}

/// A tracer for tests: keeps what is exported.
private final class SpanCollector: Sendable {
  private let spans = Mutex<[FinishedSpan]>([])

  var all: [FinishedSpan] { spans.withLock { $0 } }

  @Sendable func take(_ span: FinishedSpan) {
    spans.withLock { $0.append(span) }
  }
}
