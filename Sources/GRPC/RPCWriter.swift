/// Sends the messages of a streaming call. It may be used by several tasks at once; the messages
/// leave in the order in which `write` was called.
package struct RPCWriter<Element: Message>: Sendable {
  let sink: MessageSink

  /// Sends the response's headers now. Without it they leave with the first message, so that a
  /// failure before that stays one that a client may retry (gRFC A6). Has an effect once.
  ///
  /// - Parameter compressed: whether later messages may be compressed, for which the headers have
  ///   to name gzip; nil leaves that to the server.
  /// - Throws: `CancellationError` when the call is over.
  package func send(metadata: Metadata, compressed: Bool? = nil) async throws {
    try await sink.sendHead(metadata, compressed: compressed)
  }

  /// Sends a message. Returns when there is room for the next one: a peer that does not read, or
  /// reads slowly, stops its writer here.
  ///
  /// - Parameter compressed: whether the message is compressed for a peer that accepts it and was
  ///   told so by the headers; nil leaves that to the server.
  /// - Throws: `CancellationError` when the call is over or the task is cancelled; an `RPCError`
  ///   for a message that cannot be encoded or is above the limit, in whose place nothing is sent.
  package func write(_ message: Element, compressed: Bool? = nil) async throws {
    try await sink.send(message, compressed: compressed)
  }

  /// Ends a call whose peer does not read: a stream with messages that wait for the peer's windows is
  /// reset, because its status would wait behind them for as long. Else without effect.
  package func cutUnread() async throws {
    try await sink.cutUnread()
  }
}
