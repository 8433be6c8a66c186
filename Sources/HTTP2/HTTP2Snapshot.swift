package import NIOCore

/// What one connection has done so far: the figures of a channelz socket (gRFC A14).
package struct HTTP2ConnectionSnapshot: Sendable {
  package let id: HTTP2Identifier
  package let localAddress: SocketAddress?
  package let remoteAddress: SocketAddress?
  package let isSecured: Bool
  package let counters: ConnectionStatistics
  /// Bytes that the peer may send on the connection before it waits for us.
  package let localWindow: Int
  /// Bytes that we may send on the connection before we wait for the peer.
  package let remoteWindow: Int
  /// The time since the last stream was opened, and since a message last went either way.
  package let timeSinceLastStream: Duration?
  package let timeSinceLastMessageSent: Duration?
  package let timeSinceLastMessageReceived: Duration?
}

/// What a listener has done so far: the figures of a channelz listen socket.
package struct HTTP2ListenerSnapshot: Sendable {
  package let id: HTTP2Identifier
  package let localAddress: SocketAddress
  /// Connections that were accepted, those above a limit included.
  package let acceptedConnections: Int
  /// Connections that were closed at once because of a limit.
  package let refusedConnections: Int
  /// The open ones, by their number.
  package let connections: [HTTP2ConnectionSnapshot]
}

/// Counters of one connection, kept on its event loop.
package struct ConnectionStatistics: Sendable, Hashable {
  package var streamsStarted = 0
  /// Streams that ended with END_STREAM on both sides or with NO_ERROR.
  package var streamsSucceeded = 0
  package var streamsFailed = 0
  /// Messages that the user of the streams has counted: `HTTP2Stream.countMessageSent`.
  package var messagesSent = 0
  package var messagesReceived = 0
  package var keepalivesSent = 0
  package var framesReceived = 0
  package var bytesReceived = 0
  package var bytesSent = 0

  package init() {}
}
