package import Logging
package import NIOCore
import NIOPosix

/// Accepts HTTP/2 connections on one address: with prior knowledge (RFC 9113 §3.3), or over TLS
/// (§3.2).
package final class HTTP2Listener: Sendable {
  /// Connections that the kernel may hold ready before they are accepted.
  private static let backlog: CInt = 1024

  private let channel: any Channel
  private let connections: OpenConnections

  /// The address in use, with the actual port.
  package let localAddress: SocketAddress

  private init(channel: any Channel, connections: OpenConnections, localAddress: SocketAddress) {
    self.channel = channel
    self.connections = connections
    self.localAddress = localAddress
  }

  /// Binds a TCP address; connections are spread over the loops of `group`. `makeDelegate` is
  /// called on the event loop of the connection, once for each request.
  /// - Throws: the error of the system when the address cannot be resolved or bound.
  package static func bind(
    host: String, port: Int, group: any EventLoopGroup, tls: TLSIdentity? = nil,
    limits: HTTP2Limits = HTTP2Limits(), logger: Logger? = nil,
    makeDelegate: @escaping @Sendable (HTTP2Stream) -> any HTTP2StreamDelegate
  ) async throws -> HTTP2Listener {
    let connections = OpenConnections()
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard connections.insert(channel) else { throw ChannelError.ioOnClosedChannel }
          let handler = try HTTP2ConnectionHandler(
            role: .server, channel: channel, limits: limits, logger: logger,
            isSecured: tls != nil, makeDelegate: makeDelegate)
          if let tls {
            try channel.pipeline.syncOperations.addHandler(tls.makeHandler())
          }
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .bind(host: host, port: port).get()
    guard let address = channel.localAddress else {
      try await channel.close()
      throw ChannelError.unknownLocalAddress
    }
    logger?.debug("HTTP/2 listener bound", metadata: ["address": "\(address)"])
    return HTTP2Listener(channel: channel, connections: connections, localAddress: address)
  }

  /// Stops accepting, tells every connection to open no more streams, waits for the streams in
  /// flight for at most `grace`, then closes what is left. Returns when all is closed.
  package func shutdown(grace: Duration) async {
    // Closing fails only when the socket is closed already.
    try? await channel.close()
    let open = connections.close()
    for connection in open {
      connection.pipeline.fireUserInboundEventTriggered(HTTP2ConnectionHandler.Order.shutDown)
    }
    let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(grace)) {
      for connection in open {
        connection.close(promise: nil)
      }
    }
    for connection in open {
      // The close future of a channel never fails.
      try? await connection.closeFuture.get()
    }
    deadline.cancel()
  }
}
