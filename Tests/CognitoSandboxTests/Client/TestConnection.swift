import CognitoSandbox
import NIOCore
import NIOPosix

/// A client's connection that shows what really comes over the wire.
struct TestConnection: ~Copyable {
  private var inbound: NIOAsyncChannelInboundStream<[UInt8]>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var received: [UInt8] = []
  private var isAtEnd = false
  let host: String

  private init(
    inbound: NIOAsyncChannelInboundStream<[UInt8]>,
    outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, host: String
  ) {
    self.inbound = inbound.makeAsyncIterator()
    self.outbound = outbound
    self.host = host
  }

  static func open<Result: Sendable>(
    to server: SandboxServer,
    _ body: @escaping (inout TestConnection) async throws -> Result
  ) async throws -> Result {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: server.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(BytesOfBuffers())
          return try NIOAsyncChannel<[UInt8], ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var connection = TestConnection(
        inbound: inbound, outbound: outbound, host: "127.0.0.1:\(server.port)")
      return try await body(&connection)
    }
  }

  /// A write that the server's close overtakes is no failure of a test: the answer, or its absence,
  /// tells.
  func send(_ bytes: [UInt8]) async {
    try? await outbound.write(ByteBuffer(bytes: bytes))
  }

  mutating func call(_ request: TestRequest) async -> TestAnswer? {
    await send(request.bytes(host: host))
    return await readAnswer()
  }

  /// `nil` when the connection ended before a whole head came.
  mutating func readAnswer() async -> TestAnswer? {
    while true {
      if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self)
          .split(separator: "\r\n")
        received.removeSubrange(..<end.upperBound)
        return await readBody(lines)
      }
      guard await readMore() else { return nil }
    }
  }

  /// Everything up to the end of the connection.
  mutating func readToEnd() async -> [UInt8] {
    while await readMore() {}
    return received
  }

  private mutating func readBody(_ lines: [Substring]) async -> TestAnswer {
    let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) }
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (parts[0].lowercased(), String(parts.last?.drop { $0 == " " } ?? ""))
    }
    var answer = TestAnswer(
      status: status ?? 0, headers: Dictionary(headers) { first, _ in first }, body: [],
      isComplete: false)
    let length = answer.headers["content-length"].flatMap { Int($0) } ?? 0
    while received.count < length, await readMore() {}
    answer.body = Array(received.prefix(length))
    answer.isComplete = answer.body.count == length
    received.removeFirst(answer.body.count)
    return answer
  }

  private mutating func readMore() async -> Bool {
    guard !isAtEnd, let bytes = try? await inbound.next() else {
      isAtEnd = true
      return false
    }
    received += bytes
    return true
  }
}

/// Copies what arrives while it is on its event loop, which uses the memory of a buffer again once
/// nobody else counts as its owner: the thread sanitizer sees no order in that.
private final class BytesOfBuffers: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = [UInt8]

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.fireChannelRead(wrapInboundOut(Array(unwrapInboundIn(data).readableBytesView)))
  }
}
