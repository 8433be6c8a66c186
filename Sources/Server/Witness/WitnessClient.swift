import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks a witness over HTTP/1.1. Every question has a connection of its own: there is one in seconds at
/// the most.
struct WitnessClient: Sendable {
  /// Until the answer is there, connecting included.
  static let timeLimit = TimeAmount.seconds(10)
  /// An answer is a few lines of signatures.
  static let bodyLimit = 16_384

  private let url: WitnessURL
  /// `nil` for plain HTTP.
  private let tls: NIOSSLContext?
  private let group: any EventLoopGroup

  /// - Throws: where the system's certificate authorities cannot be read.
  init(_ url: WitnessURL, group: any EventLoopGroup) throws {
    self.url = url
    self.group = group
    guard url.isSecure else {
      tls = nil
      return
    }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    tls = try NIOSSLContext(configuration: configuration)
  }

  /// Asks `add-checkpoint`.
  func post(_ body: String) async throws -> WitnessAnswer {
    let answer = group.next().makePromise(of: WitnessAnswer.self)
    let deadline = answer.futureResult.eventLoop.scheduleTask(in: Self.timeLimit) {
      answer.fail(WitnessFailure.unreachable("it does not answer"))
    }
    connect(answer).whenSuccess { channel in
      // Also where the answer is there already, or nobody waits for it any more.
      answer.futureResult.whenComplete { _ in
        deadline.cancel()
        channel.close(promise: nil)
      }
      send(body, on: channel)
    }
    return try await withTaskCancellationHandler {
      try await answer.futureResult.get()
    } onCancel: {
      answer.fail(CancellationError())
    }
  }

  private func connect(_ answer: EventLoopPromise<WitnessAnswer>) -> EventLoopFuture<any Channel> {
    let connection = ClientBootstrap(group: group).connectTimeout(Self.timeLimit)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let operations = channel.pipeline.syncOperations
          if let tls {
            // A certificate is never asked for an address (RFC 6066, section 3).
            let isAddress = (try? SocketAddress(ipAddress: url.host, port: url.port)) != nil
            try operations.addHandler(
              NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : url.host))
          }
          try operations.addHTTPClientHandlers()
          try operations.addHandler(WitnessAnswerHandler(answer))
        }
      }
      .connect(host: url.host, port: url.port)
    connection.whenFailure { _ in
      answer.fail(WitnessFailure.unreachable("it cannot be connected to"))
    }
    return connection
  }

  private func send(_ body: String, on channel: any Channel) {
    let content = channel.allocator.buffer(string: body)
    let head = HTTPRequestHead(
      version: .http1_1, method: .POST, uri: url.path,
      headers: [
        "host": url.hostHeader, "content-type": "text/plain; charset=utf-8",
        "content-length": String(content.readableBytes), "connection": "close",
      ])
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.write(HTTPClientRequestPart.body(.byteBuffer(content)), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
  }
}

/// What a witness answered.
struct WitnessAnswer: Equatable, Sendable {
  var status: Int
  var body: String
}

/// Gathers one answer.
private final class WitnessAnswerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let answer: EventLoopPromise<WitnessAnswer>
  private var status = 0
  private var body = ByteBuffer()

  init(_ answer: EventLoopPromise<WitnessAnswer>) {
    self.answer = answer
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): status = Int(head.status.code)
    case .body(var part):
      body.writeBuffer(&part)
      if body.readableBytes > WitnessClient.bodyLimit { answer.fail(WitnessFailure.malformed) }
    case .end: answer.succeed(WitnessAnswer(status: status, body: String(buffer: body)))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    answer.fail(WitnessFailure.unreachable("the connection was lost"))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    answer.fail(
      error is HTTPParserError
        ? WitnessFailure.malformed : WitnessFailure.unreachable("the connection failed"))
  }
}
