/// What a handler is given, besides the context.
struct HandlerWork: Sendable {
  let coding: MessageCoding
  let message: FramedMessage?
  var source: MessageSource?
  var sink: MessageSink?

  /// - Throws: what the handler throws; UNIMPLEMENTED where its message is missing, which the state
  ///   machine does not let happen.
  func run(
    _ handler: RPCRouter.Handler, _ context: ServerContext
  ) async throws -> CallAnswer {
    switch (handler, message, source, sink) {
    case (.unary(let handler), let message?, _, _):
      return try await handler(message, context, coding)
    case (.serverStreaming(let handler), let message?, _, let sink?):
      return .sent(try await handler(message, context, sink))
    case (.clientStreaming(let handler), _, let source?, _):
      return try await handler(source, context)
    case (.bidirectionalStreaming(let handler), _, let source?, let sink?):
      return .sent(try await handler(source, context, sink))
    default:
      throw ServerCallStateMachine.noMessage
    }
  }
}
