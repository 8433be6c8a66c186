import NIOCore
import NIOPosix
import NIOSSL

/// A client that sends what it is told to, byte by byte, and keeps what comes back.
struct RawPeer: Sendable {
  let channel: any Channel
  private let received: AsyncStream<[UInt8]>

  static func connect(
    port: Int, group: any EventLoopGroup, tls: TLSConfiguration? = nil
  ) async throws -> RawPeer {
    let received = AsyncStream.makeStream(of: [UInt8].self)
    let context = try tls.map { try NIOSSLContext(configuration: $0) }
    let channel = try await ClientBootstrap(group: group)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: context, serverHostname: "localhost"))
          }
          try channel.pipeline.syncOperations.addHandler(Receiver(received.continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return RawPeer(channel: channel, received: received.stream)
  }

  /// Sends bytes; whether they arrive is the peer's affair.
  func send(_ bytes: [UInt8]) {
    channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
  }

  /// Sends bytes and waits until the system has taken them.
  func deliver(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
  }

  /// Sends the same bytes again and again, slowly.
  func drip(_ bytes: [UInt8]) -> RepeatedTask {
    let channel = channel
    let buffer = ByteBuffer(bytes: bytes)
    return channel.eventLoop.scheduleRepeatedTask(
      initialDelay: .zero, delay: .milliseconds(20)
    ) { _ in
      channel.writeAndFlush(buffer, promise: nil)
    }
  }

  func setReading(_ isReading: Bool) async throws {
    try await channel.setOption(.autoRead, value: isReading).get()
  }

  /// All that comes until the other side closes.
  func untilClosed() async -> [Frames.Frame] {
    var bytes: [UInt8] = []
    for await more in received { bytes += more }
    return Frames.parse(bytes)
  }

  /// What comes until a frame of this kind has come; nil when the connection ends before. Each
  /// frame is shown once to `eachNew`.
  func until(
    eachNew: (Frames.Frame) -> Void = { _ in }, _ condition: (Frames.Frame) -> Bool
  ) async -> [Frames.Frame]? {
    var bytes: [UInt8] = []
    var frames: [Frames.Frame] = []
    for await more in received {
      bytes += more
      let new = Frames.parse(bytes)
      bytes.removeFirst(new.map { $0.payload.count + 9 }.reduce(0, +))
      new.forEach(eachNew)
      frames += new
      if new.contains(where: condition) { return frames }
    }
    return nil
  }

  func close() async {
    try? await channel.close()
  }

  private final class Receiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: AsyncStream<[UInt8]>.Continuation

    init(_ received: AsyncStream<[UInt8]>.Continuation) {
      self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      received.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) {
      received.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
}
