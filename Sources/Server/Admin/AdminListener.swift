import HTTP2
import NIOCore
import NIOHTTP1
import NIOPosix

/// The admin port: HTTP/1.1 for probes and scrapers, apart from the callers' port.
final class AdminListener: Sendable {
  private let channel: any Channel

  /// A prober sends a request line and a few headers: whoever is slower than this is cut.
  private static let idleTimeout = TimeAmount.seconds(60)

  /// Connections at once: more than probers and scrapers have.
  private static let connectionLimit = 16

  private init(channel: any Channel) {
    self.channel = channel
  }

  /// The bound address, with the port that the system chose.
  var port: Int { channel.localAddress?.port ?? 0 }

  static func start(
    on address: ListenAddress, router: AdminRouter, group: any EventLoopGroup
  ) async throws -> AdminListener {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try AcceptGate(operatorConnections: connectionLimit).add(to: channel)
        }
      }
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let operations = channel.pipeline.syncOperations
          try operations.addHandler(IdleStateHandler(allTimeout: idleTimeout))
          try operations.configureHTTPServerPipeline(withErrorHandling: true)
          try operations.addHandler(AdminHTTPHandler(router: router))
        }
      }
    return AdminListener(
      channel: try await bootstrap.bind(host: address.host, port: address.port).get())
  }

  func close() async {
    try? await channel.close()
  }
}

/// Answers one request after the other.
private final class AdminHTTPHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let router: AdminRouter
  private var request: HTTPRequestHead?

  init(router: AdminRouter) {
    self.router = router
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = head
    case .body: break
    case .end:
      if let request { answer(request, context) }
      request = nil
    }
  }

  private func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let answer = router.answer(method: request.method.rawValue, uri: request.uri)
    let body = context.channel.allocator.buffer(string: answer.body)
    let head = HTTPResponseHead(
      version: request.version, status: HTTPResponseStatus(statusCode: answer.status),
      headers: [
        "content-type": answer.contentType, "content-length": String(body.readableBytes),
        "connection": request.isKeepAlive ? "keep-alive" : "close",
      ])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD {
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    guard !request.isKeepAlive else { return }
    // A close drops what the socket has not taken yet.
    written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
