/// The messages that the peer of a streaming call sends, in order. They are decoded as they are
/// asked for; the peer sends more as they are taken. For one reader: every iterator takes from the
/// same stream.
///
/// Iterating throws an `RPCError` for bytes that are no message, which a handler passes on, and
/// `CancellationError` when the call is over before the peer ended its side.
package struct RPCMessages<Element: Message>: AsyncSequence, Sendable {
  let source: MessageSource

  package struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let source: MessageSource
    /// Whether the message last returned came compressed.
    package private(set) var wasCompressed = false

    package mutating func next() async throws -> Element? {
      guard let message = try await source.next() else { return nil }
      wasCompressed = message.isCompressed
      return try source.coding.decode(message)
    }
  }

  package func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(source: source)
  }
}
