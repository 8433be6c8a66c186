/// A handler with all that it is given but the context.
enum HandlerWork: Sendable {
  case unary(RPCRouter.UnaryHandler, FramedMessage, MessageCoding)
  case serverStreaming(RPCRouter.ServerStreamingHandler, FramedMessage, MessageSink)
  case clientStreaming(RPCRouter.ClientStreamingHandler, MessageSource)
  case bidirectionalStreaming(
    RPCRouter.BidirectionalStreamingHandler, MessageSource, MessageSink)

  /// Whether there is a message that has to be inflated.
  var isCompressed: Bool {
    switch self {
    case .unary(_, let message, _), .serverStreaming(_, let message, _): message.isCompressed
    case .clientStreaming, .bidirectionalStreaming: false
    }
  }

  /// The same with the original of its message.
  ///
  /// - Throws: as `InflationLane`.
  func inflated(by inflation: MessageInflation, limit: Int) async throws -> HandlerWork {
    switch self {
    case .unary(let handler, let message, let coding):
      .unary(handler, try await inflation.inflated(message, limit: limit), coding)
    case .serverStreaming(let handler, let message, let sink):
      .serverStreaming(handler, try await inflation.inflated(message, limit: limit), sink)
    case .clientStreaming, .bidirectionalStreaming: self
    }
  }

  /// Does what needs no waiting; the rest is for the task of the call.
  func begin(_ context: ServerContext) throws -> HandlerStep {
    guard let span = context.span else { return try step(context) }
    switch try CallSpan.$current.withValue(span, operation: { try step(context) }) {
    case .answered(let answer): return .answered(answer)
    case .waiting(let rest):
      return .waiting { try await CallSpan.$current.withValue(span) { try await rest() } }
    }
  }

  private func step(_ context: ServerContext) throws -> HandlerStep {
    switch self {
    case .unary(let handler, let message, let coding):
      try handler(UnaryCall(context: context, message: message, coding: coding))
    case .serverStreaming(let handler, let message, let sink):
      try handler(message, context, sink)
    case .clientStreaming(let handler, let source):
      .waiting { try await handler(source, context) }
    case .bidirectionalStreaming(let handler, let source, let sink):
      .waiting { .sent(try await handler(source, context, sink)) }
    }
  }
}
