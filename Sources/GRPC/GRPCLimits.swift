package import HTTP2

/// Every bound of the calls of one server or client.
package struct GRPCLimits: Sendable {
  /// The longest message received, in bytes. A longer one is refused when its length is announced.
  package var maximumReceiveMessageLength = MessageFraming.defaultMaximumMessageLength

  /// The longest message sent, in bytes; a longer one gives RESOURCE_EXHAUSTED.
  package var maximumSendMessageLength = MessageFraming.defaultMaximumMessageLength

  /// Bytes of a streaming call that may wait for the peer's windows before its writer has to wait,
  /// too. One message more may be in the queue.
  package var queuedByteCount = 64 * 1024

  /// Bytes of requests that are not streamed which one connection may have on their way at once, as
  /// they came: a message is kept until all of it is here, and counted until its call has ended. A
  /// request beyond is refused. What compressed bytes are made of is not counted: it is dropped when
  /// it has been decoded.
  package var collectedByteCount = 32 << 20

  /// How long the answer to a request that is none of gRPC (a 405 or 415) waits for the end of that
  /// request.
  package var httpRequestPatience = Duration.seconds(1)

  /// The bounds of each connection.
  package var http2 = HTTP2Limits()

  package init() {}
}
