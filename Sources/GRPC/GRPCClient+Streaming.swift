import HTTP2
import NIOCore

extension GRPCClient {
  /// Calls a method that takes one message and answers with many. The call ends with `body`:
  /// whoever has read enough returns.
  ///
  /// - Throws: what `body` throws. Reading throws an `RPCError` as `unary` does.
  package func serverStreaming<Input: Message, Output: Message, Result: Sendable>(
    _ request: Input, method: MethodDescriptor, metadata: Metadata = Metadata(),
    timeout: Duration? = nil, _ body: (RPCMessages<Output>) async throws -> Result
  ) async throws -> Result {
    try await bidirectionalStreaming(method: method, metadata: metadata, timeout: timeout) {
      (writer: ClientRequestWriter<Input>, responses: RPCMessages<Output>) in
      do {
        try await writer.write(request)
        try await writer.finish()
      } catch is CancellationError where !Task.isCancelled {
        // The call is over already; the responses tell why.
      }
      return try await body(responses)
    }
  }

  /// Calls a method that takes many messages and answers with many, or with one. The call ends with
  /// `body`.
  ///
  /// - Throws: what `body` throws. Reading throws an `RPCError` as `unary` does.
  package func bidirectionalStreaming<Input: Message, Output: Message, Result: Sendable>(
    method: MethodDescriptor, metadata: Metadata = Metadata(), timeout: Duration? = nil,
    _ body: (ClientRequestWriter<Input>, RPCMessages<Output>) async throws -> Result
  ) async throws -> Result {
    let headers = requestHeaders(method, metadata: metadata, timeout: timeout)
    let (stream, writer, responses): (_, ClientRequestWriter<Input>, RPCMessages<Output>) =
      try await connection.eventLoop.submit { self.open(headers, timeout: timeout) }.get()
    defer {
      connection.eventLoop.execute { stream.value.abandon(Self.cancelled) }
    }
    return try await body(writer, responses)
  }

  /// Opens a call. Runs on the connection's event loop.
  private func open<Input, Output>(
    _ headers: HeaderFields, timeout: Duration?
  ) -> (NIOLoopBound<ClientStream>, ClientRequestWriter<Input>, RPCMessages<Output>) {
    let stream = ClientStream(limits: limits)
    let (inbound, outbound) = stream.start(headers, timeout: timeout, on: connection)
    let executor = EventLoopExecutor(eventLoop: connection.eventLoop)
    return (
      NIOLoopBound(stream, eventLoop: connection.eventLoop),
      ClientRequestWriter(sink: MessageSink(outbound, executor: executor, coding: coding)),
      RPCMessages(source: MessageSource(inbound, executor: executor, coding: coding))
    )
  }
}
