/// Sends the messages of a streaming call. It may be used by several tasks at once; the messages
/// leave in the order in which `write` was called.
package struct RPCWriter<Element: Message>: Sendable {
  let sink: MessageSink

  /// Sends the response's headers now. Without it they leave with the first message, so that a
  /// failure before that stays one that a client may retry (gRFC A6). Has an effect once.
  ///
  /// - Throws: `CancellationError` when the call is over.
  package func send(metadata: Metadata) async throws {
    try await sink.sendHead(metadata)
  }

  /// Sends a message. Returns when there is room for the next one: a peer that does not read, or
  /// reads slowly, stops its writer here.
  ///
  /// - Throws: `CancellationError` when the call is over or the task is cancelled; an `RPCError`
  ///   for a message that cannot be encoded or is above the limit, in whose place nothing is sent.
  package func write(_ message: Element) async throws {
    try await sink.send(try sink.coding.encode(message))
  }
}
