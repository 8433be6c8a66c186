import NIOCore
import NIOPosix
import Testing

@testable import Server

@Suite struct AdminListenerTests {
  /// Sends a request at once, and reads until the other side closes.
  private final class Client: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: String
    private var received = ByteBuffer()
    private let answer: EventLoopPromise<ByteBuffer>

    init(request: String, answer: EventLoopPromise<ByteBuffer>) {
      self.request = request
      self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      received.writeImmutableBuffer(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
      answer.succeed(received)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }

  /// More than the buffers of a connection take at once.
  private static let metrics = String(repeating: "x", count: 16 << 20)

  @Test(arguments: [
    "GET /metrics HTTP/1.0\r\n\r\n", "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n",
  ])
  func anAnswerIsWholeBeforeItsConnectionCloses(request: String) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let listener = try await AdminListener.start(
      on: ListenAddress(host: "127.0.0.1", port: 0),
      router: AdminRouter(readiness: { Readiness(checks: []) }, metrics: { Self.metrics }),
      group: group)
    let whole = group.next().makePromise(of: ByteBuffer.self)
    _ = try await ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Client(request: request, answer: whole))
        }
      }
      .connect(host: "127.0.0.1", port: listener.port).get()
    let answer = String(buffer: try await whole.futureResult.get())
    #expect(answer.prefix(12).hasSuffix(" 200"))
    // Megabytes are no text for a failure.
    let isWhole = answer.hasSuffix("\r\n\r\n" + Self.metrics)
    #expect(isWhole, "\(answer.utf8.count) bytes came")
    await listener.close()
  }
}
