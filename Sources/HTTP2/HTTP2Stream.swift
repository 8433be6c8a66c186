package import NIOCore

/// One HTTP/2 stream, of a server or a client. Confined to its connection's event loop.
///
/// After the stream has closed every order is without effect.
package final class HTTP2Stream {
  /// The number on the wire; 0 for a request that could not be sent at all.
  package let id: Int32
  package let connection: HTTP2ConnectionInfo

  /// Who is told what happens. Held until the stream has closed.
  package var delegate: (any HTTP2StreamDelegate)?

  /// Whether the user is in the middle of a message of the peer's, or waits for one that must come.
  /// A peer that then sends nothing worth mentioning for `PatienceLimits.body` loses the stream by
  /// RST_STREAM with CANCEL. A stream that is merely open may be silent for ever.
  package var awaitsBody = false

  /// Who is told of each message that the user counts.
  package var messageObserver: (any MessageObserver)?

  /// The messages counted so far.
  package private(set) var messageTraffic = MessageTraffic()

  private let key: StreamKey
  private var handler: HTTP2ConnectionHandler?
  private var hasSentHeaders: Bool
  private var progress = StreamProgress()

  package var eventLoop: any EventLoop { connection.executor.eventLoop }

  init(
    key: StreamKey, handler: HTTP2ConnectionHandler?, connection: HTTP2ConnectionInfo,
    hasSentHeaders: Bool
  ) {
    self.id = key.id
    self.key = key
    self.handler = handler
    self.connection = connection
    self.hasSentHeaders = hasSentHeaders
  }

  /// Sends the response's header section (server). With `endStream` the response is that alone.
  /// Only the first call has an effect; on a client's stream none has.
  package func send(headers: HeaderFields, endStream: Bool) {
    guard let handler, !hasSentHeaders else { return }
    hasSentHeaders = true
    handler.session.submitResponse(headers, endStream: endStream, on: key)
    handler.setNeedsFlush()
  }

  /// Queues bytes of the body; they leave as the peer's windows open. Nothing is refused here:
  /// whoever produces without end looks at `queuedByteCount` and waits for `streamDidDrain`.
  package func send(_ bytes: ByteBuffer) {
    guard let handler else { return }
    handler.session.send(bytes, on: key)
    handler.setNeedsFlush()
  }

  /// Ends this side of the stream behind everything queued, with trailers or without.
  package func finish(trailers: HeaderFields?) {
    guard let handler else { return }
    if let trailers, !trailers.isEmpty {
      handler.session.finish(.trailers(trailers), on: key)
    } else {
      handler.session.finish(.plain, on: key)
    }
    handler.setNeedsFlush()
  }

  /// Ends the stream by RST_STREAM; what is queued and has not left is dropped. `.noError` after
  /// `finish` is different: it waits for all that was queued, then tells a client that has not
  /// ended its request to stop sending (RFC 9113 §8.1), and is left out if the client has ended.
  package func reset(_ code: HTTP2ErrorCode) {
    guard let handler else { return }
    handler.session.reset(code, on: key)
    handler.setNeedsFlush()
  }

  /// Gives the window of received bytes back to the peer.
  package func consume(_ byteCount: Int) {
    guard let handler else { return }
    handler.session.consume(byteCount, on: key)
    if handler.session.wantsWrite {
      handler.setNeedsFlush()
    }
  }

  /// Bytes queued by `send(_:)` that have not left.
  package var queuedByteCount: Int {
    handler?.session.queuedByteCount(on: key) ?? 0
  }

  /// Counts a message of the user's protocol for the figures of the connection and the stream.
  package func countMessageSent(byteCount: Int, isCompressed: Bool = false) {
    messageTraffic.sentByteCount += byteCount
    messageObserver?.messageDidCross(.outbound, byteCount: byteCount, isCompressed: isCompressed)
    guard let handler else { return }
    handler.statistics.messagesSent += 1
    handler.lastTimes.messageSent = handler.now
  }

  /// The same for one that has come.
  package func countMessageReceived(byteCount: Int, isCompressed: Bool = false) {
    messageTraffic.receivedByteCount += byteCount
    messageObserver?.messageDidCross(.inbound, byteCount: byteCount, isCompressed: isCompressed)
    guard let handler else { return }
    handler.statistics.messagesReceived += 1
    handler.lastTimes.messageReceived = handler.now
  }

  /// Whether the peer has had its time to go on.
  func isStalled(_ limits: PatienceLimits, at now: NIODeadline) -> Bool {
    guard let session = handler?.session else { return false }
    let wait = session.wait(on: key, awaitsBody: awaitsBody)
    return progress.isStalled(
      wait, moved: session.movedByteCount(on: key, during: wait), limits, at: now)
  }

  /// Lets go of connection and delegate, and tells the delegate; a second call does nothing.
  func close(error: HTTP2ErrorCode?) {
    handler = nil
    guard let delegate else { return }
    self.delegate = nil
    delegate.streamDidClose(self, error: error)
  }
}
