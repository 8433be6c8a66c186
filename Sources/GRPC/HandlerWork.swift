/// A handler with all that it is given but the context.
enum HandlerWork: Sendable {
  case unary(RPCRouter.UnaryHandler, FramedMessage, MessageCoding)
  case serverStreaming(RPCRouter.ServerStreamingHandler, FramedMessage, MessageSink)
  case clientStreaming(RPCRouter.ClientStreamingHandler, MessageSource)
  case bidirectionalStreaming(
    RPCRouter.BidirectionalStreamingHandler, MessageSource, MessageSink)

  /// Inlined, because each async function in between costs a call a frame.
  @inline(__always)
  func run(_ context: ServerContext) async throws -> CallAnswer {
    guard let span = context.span else { return try await callHandler(context) }
    return try await CallSpan.$current.withValue(span) { try await callHandler(context) }
  }

  private func callHandler(_ context: ServerContext) async throws -> CallAnswer {
    switch self {
    case .unary(let handler, let message, let coding):
      try await handler(UnaryCall(context: context, message: message, coding: coding))
    case .serverStreaming(let handler, let message, let sink):
      .sent(try await handler(message, context, sink))
    case .clientStreaming(let handler, let source):
      try await handler(source, context)
    case .bidirectionalStreaming(let handler, let source, let sink):
      .sent(try await handler(source, context, sink))
    }
  }
}
