/// Sends the messages of a client's streaming call and ends them.
package struct ClientRequestWriter<Element: Message>: Sendable {
  let sink: MessageSink

  /// Sends a message. Returns when there is room for the next one.
  ///
  /// - Throws: `CancellationError` when the call is over, whose status the responses give, or when
  ///   the task is cancelled; an `RPCError` for a message that cannot be sent.
  package func write(_ message: Element) async throws {
    try await sink.send(message, compressed: false)
  }

  /// Ends the messages; the server may go on answering.
  ///
  /// - Throws: `CancellationError` when the call is over.
  package func finish() async throws {
    try await sink.finish()
  }
}
