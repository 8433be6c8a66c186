package import NIOCore
import NIOPosix

/// One client connection, HTTP/2 with prior knowledge (RFC 9113 §3.3).
package final class HTTP2ClientConnection: Sendable {
  private let channel: any Channel
  private let handler: NIOLoopBound<HTTP2ConnectionHandler>

  package var eventLoop: any EventLoop { channel.eventLoop }

  /// Whether the connection is open, as far as is known.
  package var isActive: Bool { channel.isActive }

  private init(channel: any Channel, handler: NIOLoopBound<HTTP2ConnectionHandler>) {
    self.channel = channel
    self.handler = handler
  }

  /// - Throws: the error of the system when the host cannot be resolved or connected to.
  package static func connect(
    host: String, port: Int, group: any EventLoopGroup, limits: HTTP2Limits = HTTP2Limits(),
    timeout: Duration = .seconds(10)
  ) async throws -> HTTP2ClientConnection {
    let channel = try await ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(timeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            HTTP2ConnectionHandler(
              role: .client, channel: channel, limits: limits, makeDelegate: nil))
        }
      }
      .connect(host: host, port: port).get()
    let handler = try await channel.eventLoop.submit {
      NIOLoopBound(
        try channel.pipeline.syncOperations.handler(type: HTTP2ConnectionHandler.self),
        eventLoop: channel.eventLoop)
    }.get()
    return HTTP2ClientConnection(channel: channel, handler: handler)
  }

  /// Opens a stream with a request's header section. Call it on the connection's event loop. On a
  /// connection that takes no more streams the delegate is told REFUSED_STREAM by
  /// `streamDidClose`, after this has returned; what the peer's stream limit does not admit yet
  /// waits here.
  package func open(
    headers: HeaderFields, endStream: Bool, delegate: any HTTP2StreamDelegate
  ) -> HTTP2Stream {
    handler.value.open(headers: headers, endStream: endStream, delegate: delegate)
  }

  /// Sends GOAWAY and closes; streams in flight end with `.connectionLost`.
  package func close() async {
    eventLoop.execute { [handler] in
      handler.value.terminate()
    }
    // The close future of a channel never fails.
    try? await channel.closeFuture.get()
  }
}
