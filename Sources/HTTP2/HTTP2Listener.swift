package import Logging
package import NIOCore
import NIOPosix

/// Accepts HTTP/2 connections on one address: with prior knowledge (RFC 9113 §3.3), or over TLS
/// (§3.2).
package final class HTTP2Listener: Sendable {
  /// Connections that the kernel may hold ready before they are accepted.
  private static let backlog: CInt = 1024

  private let channel: any Channel
  let connections: OpenConnections

  /// The address in use, with the actual port.
  package let localAddress: SocketAddress

  /// Never used again by another listener or connection.
  package let id = HTTP2Identifier.next()

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
    let connections = OpenConnections(
      limit: limits.connections, limitPerAddress: limits.connectionsPerAddress)
    let flushes = ByEventLoop { LoopFlushes(eventLoop: $0) }
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try AcceptGate(connections).add(to: channel) }
      }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      // A channel without it closes at the end of input before a handler hears of that.
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.recvAllocator, value: ReadPieces.large.allocator(limits))
      .childChannelOption(UserTimeout.option, value: UserTimeout.milliseconds(limits.life))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = try HTTP2ConnectionHandler(
            role: .server, channel: channel, limits: limits, logger: logger,
            isSecured: tls != nil, flushes: flushes.value(of: channel.eventLoop),
            admission: connections, makeDelegate: makeDelegate)
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
        connection.pipeline.fireUserInboundEventTriggered(HTTP2ConnectionHandler.Order.close)
      }
    }
    for connection in open {
      // The close future of a channel never fails.
      try? await connection.closeFuture.get()
    }
    deadline.cancel()
  }

  /// What the listener and its open connections have done so far. Asks each connection on its
  /// event loop.
  package func snapshot() async -> HTTP2ListenerSnapshot {
    let figures = connections.figures
    var snapshots: [HTTP2ConnectionSnapshot] = []
    for channel in figures.open {
      let snapshot = try? await channel.eventLoop.submit {
        try channel.pipeline.syncOperations.handler(type: HTTP2ConnectionHandler.self).snapshot()
      }.get()
      // A connection that has closed in the meantime has no handler.
      if let snapshot { snapshots.append(snapshot) }
    }
    snapshots.sort { $0.id.rawValue < $1.id.rawValue }
    return HTTP2ListenerSnapshot(
      id: id, localAddress: localAddress, acceptedConnections: figures.accepted,
      refusedConnections: figures.refused, connections: snapshots)
  }
}

/// TCP_USER_TIMEOUT, by which the kernel gives a connection up whose peer acknowledges nothing: the
/// same time that keep-alive waits for an answer (gRFC A18).
enum UserTimeout {
  #if os(Linux)
    private static let number: CInt = 18
    static let option = ChannelOptions.Types.SocketOption(
      level: .tcp, name: NIOBSDSocket.Option(rawValue: number))

    static func milliseconds(_ limits: ConnectionLifeLimits) -> Int {
      guard limits.keepaliveTime != nil else { return 0 }
      return Int(clamping: TimeAmount(limits.keepaliveTimeout).nanoseconds / 1_000_000)
    }
  #else
    // No such option: TCP_NODELAY, which is set anyway, stands in for it.
    static let option = ChannelOptions.Types.SocketOption(level: .tcp, name: .tcp_nodelay)

    static func milliseconds(_ limits: ConnectionLifeLimits) -> Int { 1 }
  #endif
}
