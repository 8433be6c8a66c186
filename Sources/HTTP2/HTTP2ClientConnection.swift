package import NIOCore
import NIOPosix
import NIOSSL

/// One client connection: HTTP/2 with prior knowledge (RFC 9113 §3.3), or over TLS (§3.2).
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

  /// Connects, and over TLS completes the handshake. A server that asks for a certificate may
  /// still refuse the client's afterwards (TLS 1.3): then the first calls end with the connection.
  /// - Throws: the error of the system when the host cannot be resolved or connected to, that of
  ///   TLS when the two do not agree, `TLSIdentityError` when `tls` is of no use.
  package static func connect(
    host: String, port: Int, group: any EventLoopGroup, tls: ClientTLS? = nil,
    limits: HTTP2Limits = HTTP2Limits(), timeout: Duration = .seconds(10)
  ) async throws -> HTTP2ClientConnection {
    let context = try tls?.makeContext()
    let name = tls?.name(for: host)
    let eventLoop = group.next()
    let ready = eventLoop.makePromise(of: NIOLoopBound<HTTP2ConnectionHandler>.self)
    let deadline = eventLoop.scheduleTask(in: TimeAmount(timeout)) {
      ready.fail(ChannelError.connectTimeout(TimeAmount(timeout)))
    }
    defer { deadline.cancel() }
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: eventLoop)
        .connectTimeout(TimeAmount(timeout))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let operations = channel.pipeline.syncOperations
            if let context {
              try operations.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
            }
            try operations.addHandler(
              HTTP2ConnectionHandler(
                role: .client, channel: channel, limits: limits, isSecured: context != nil,
                ready: ready, makeDelegate: nil))
          }
        }
        .connect(host: host, port: port).get()
    } catch {
      ready.fail(error)
      throw error
    }
    do {
      let handler = try await ready.futureResult.get()
      return HTTP2ClientConnection(channel: channel, handler: handler)
    } catch {
      channel.close(promise: nil)
      throw error
    }
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
