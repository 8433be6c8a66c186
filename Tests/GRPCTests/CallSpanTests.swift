import HTTP2
import Synchronization
import Testing

@testable import GRPC

/// What a span sees of its call, and where the call sees its span.
@Suite(.timeLimit(.minutes(2))) struct CallSpanTests {
  /// Traces every call, or none.
  private final class Tracing: ServerInterceptor {
    let isOn: Bool
    let ended = Mutex<[(span: CallSpan?, traffic: MessageTraffic)]>([])

    init(isOn: Bool) {
      self.isOn = isOn
    }

    func callDidArrive(_ context: inout ServerContext) {
      if isOn { context.span = CallSpan(continuing: TraceContext(context.metadata)) }
    }

    func callDidEnd(_ context: ServerContext, status: Status, traffic: MessageTraffic) {
      ended.withLock { $0.append((context.span, traffic)) }
    }
  }

  private func call(_ tracing: Tracing) async throws -> CallSpan? {
    let seen = Mutex<CallSpan?>(nil)
    let router = RPCRouter.serving(.echo) { request, context in
      // Also in what a handler starts.
      let span = await Task { CallSpan.current }.value
      seen.withLock { $0 = span }
      #expect(span === context.span)
      return ServerResponse(message: request.message)
    }
    try await withServer(router, interceptors: [tracing]) { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let answer = await connection.exchange(
        requestHeaders(), pieces: [framed([1, 2, 3])])
      #expect(answer.code == .ok)
      await connection.close()
    }
    return seen.withLock { $0 }
  }

  @Test func theHandlerRunsInItsSpan() async throws {
    let tracing = Tracing(isOn: true)
    let span = try #require(await call(tracing))
    let ended = tracing.ended.withLock { $0 }
    #expect(ended.count == 1 && ended.first?.span === span)
    #expect(
      span.events == [
        CallSpan.Event(direction: .inbound, sequenceNumber: 0, byteCount: 3, isCompressed: false),
        CallSpan.Event(direction: .outbound, sequenceNumber: 0, byteCount: 3, isCompressed: false),
      ])
  }

  @Test func withoutASpanMessagesAreCountedAllTheSame() async throws {
    let tracing = Tracing(isOn: false)
    #expect(try await call(tracing) == nil)
    let traffic = tracing.ended.withLock { $0.map(\.traffic) }
    #expect(traffic == [MessageTraffic(sentByteCount: 3, receivedByteCount: 3)])
  }
}
