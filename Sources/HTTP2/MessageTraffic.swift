/// Bytes of the messages of one stream as they crossed the wire: compressed where they were, without
/// their prefixes and the frames around them.
package struct MessageTraffic: Sendable, Hashable {
  package var sentByteCount: Int
  package var receivedByteCount: Int

  package init(sentByteCount: Int = 0, receivedByteCount: Int = 0) {
    self.sentByteCount = sentByteCount
    self.receivedByteCount = receivedByteCount
  }
}

/// Is told of each message of a stream, on the stream's event loop.
package protocol MessageObserver: AnyObject {
  func messageDidCross(_ direction: MessageDirection, byteCount: Int, isCompressed: Bool)
}

/// Seen from this side.
package enum MessageDirection: Sendable {
  case inbound
  case outbound
}
