import NIOCore
import NIOEmbedded
import Testing

@testable import HTTP2

@Suite struct HTTP2ConnectionHandlerTests {
  private func channel(
    _ limits: HTTP2Limits = HTTP2Limits(),
    makeDelegate: @escaping (HTTP2Stream) -> any HTTP2StreamDelegate = { _ in EchoService() }
  ) throws -> EmbeddedChannel {
    let channel = EmbeddedChannel()
    let handler = try HTTP2ConnectionHandler(
      role: .server, channel: channel, limits: limits, makeDelegate: makeDelegate)
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  /// Every write, one element each.
  private func writes(_ channel: EmbeddedChannel) throws -> [[Frames.Frame]] {
    var writes: [[Frames.Frame]] = []
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
      if bytes.readableBytes > 0 {
        writes.append(Frames.parse(Array(bytes.readableBytesView)))
      }
    }
    return writes
  }

  private func close(_ channel: EmbeddedChannel) {
    _ = try? channel.finish()
  }

  @Test func answersABatchInOneWrite() throws {
    let channel = try channel()
    defer { close(channel) }
    #expect(try writes(channel).map { $0.map(\.type) } == [[4, 8]])
    var bytes = ByteBuffer(bytes: Frames.preface + Frames.settings())
    for id in [1, 3, 5] as [Int32] {
      bytes.writeBytes(Frames.headers(id, HeaderBlock.request(), endStream: false))
      bytes.writeBytes(Frames.data(id, [UInt8(id)], flags: Frames.endStream))
    }
    try channel.writeInbound(bytes)
    let writes = try writes(channel)
    #expect(writes.count == 1)
    let frames = writes.flatMap { $0 }
    for id in [1, 3, 5] as [Int32] {
      let answer = frames.filter { $0.stream == id }
      #expect(answer.map(\.type) == [1, 0, 1])
      #expect(answer.dropFirst().first?.payload == [UInt8(id)])
    }
    #expect(frames.contains { $0.type == 4 && $0.flags == 1 })
  }

  @Test func joinsLaterAnswersInOneWrite() throws {
    var streams: [HTTP2Stream] = []
    let channel = try channel(makeDelegate: {
      streams.append($0)
      return SilentService()
    })
    defer { close(channel) }
    var bytes = ByteBuffer(bytes: Frames.preface + Frames.settings())
    for id in [1, 3] as [Int32] {
      bytes.writeBytes(Frames.headers(id, HeaderBlock.request(), endStream: true))
    }
    try channel.writeInbound(bytes)
    _ = try writes(channel)
    for stream in streams {
      stream.send(headers: [":status": "200"], endStream: false)
      stream.send(ByteBuffer(string: "body"))
      stream.finish(trailers: ["grpc-status": "0"])
    }
    #expect(try writes(channel).isEmpty)
    channel.embeddedEventLoop.run()
    let joined = try writes(channel)
    #expect(joined.count == 1)
    #expect(joined.first?.count == 6)
  }

  @Test(arguments: ["GET / HTTP/1.1\r\nhost: a\r\n\r\n", "\u{16}\u{3}\u{1}"])
  func answersGarbageWithGoawayAndCloses(_ text: String) throws {
    let channel = try channel()
    try channel.writeInbound(ByteBuffer(string: text))
    let last = try #require(try writes(channel).last?.last)
    #expect(Frames.goawayCode(last) == 1)
    channel.embeddedEventLoop.run()
    #expect(!channel.isActive)
  }

  @Test func endsOnAConnectionErrorAndClosesItsStreams() throws {
    let reporter = EndCounter()
    let channel = try channel(makeDelegate: { _ in reporter })
    try channel.writeInbound(
      ByteBuffer(
        bytes: Frames.preface + Frames.settings()
          + Frames.headers(1, HeaderBlock.request(), endStream: false)
          // A window of zero more bytes on the connection is an error of the connection.
          + Frames.windowUpdate(0, 0)))
    let last = try #require(try writes(channel).last?.last)
    #expect(Frames.goawayCode(last) == 1)
    channel.embeddedEventLoop.run()
    #expect(!channel.isActive)
    #expect(reporter.ends == [.connectionLost] || reporter.ends == [.protocolError])
  }

  @Test func pullsNothingWhileThePeerDoesNotRead() throws {
    var limits = HTTP2Limits()
    limits.writeBatch = 16_384
    let channel = try channel(limits)
    defer { close(channel) }
    try channel.writeInbound(
      ByteBuffer(
        bytes: Frames.preface + Frames.settings([(4, 1 << 20)])
          + Frames.windowUpdate(0, 1 << 20)
          + Frames.headers(1, HeaderBlock.request(), endStream: false)))
    _ = try writes(channel)
    channel.isWritable = false
    channel.pipeline.fireChannelWritabilityChanged()
    for _ in 0..<4 {
      try channel.writeInbound(
        ByteBuffer(bytes: Frames.data(1, Array(repeating: 1, count: 16_000))))
    }
    channel.embeddedEventLoop.run()
    #expect(try writes(channel).isEmpty)
    channel.isWritable = true
    channel.pipeline.fireChannelWritabilityChanged()
    channel.embeddedEventLoop.run()
    let body = try writes(channel).flatMap { $0 }.filter { $0.type == 0 }
    #expect(body.map(\.payload.count).reduce(0, +) == 64_000)
  }

  @Test func tellsTheEndOnceAndKeepsNothing() throws {
    let reporter = EndCounter()
    weak var kept: HTTP2Stream?
    let channel = try channel(makeDelegate: {
      kept = $0
      return reporter
    })
    try channel.writeInbound(
      ByteBuffer(
        bytes: Frames.preface + Frames.settings()
          + Frames.headers(1, HeaderBlock.request(), endStream: false) + Frames.reset(1, 8)
          + Frames.headers(3, HeaderBlock.request(), endStream: false)))
    #expect(reporter.ends == [.cancel])
    #expect(kept != nil)
    try channel.close().wait()
    channel.embeddedEventLoop.run()
    #expect(reporter.ends == [.cancel, .connectionLost])
    #expect(kept == nil)
  }

  /// A client opens a stream while another one, closed by the same bytes, has not been told yet.
  @Test func tellsTheEndOfAStreamWhosePlaceIsWanted() throws {
    let channel = EmbeddedChannel()
    defer { close(channel) }
    let handler = try HTTP2ConnectionHandler(
      role: .client, channel: channel, limits: HTTP2Limits(), makeDelegate: nil)
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let headers = HTTP2ClientConnection.requestHeaders("/")
    let second = EndCounter()
    let third = EndCounter()
    let first = EndAction {
      _ = handler.open(headers: headers, endStream: true, delegate: third)
    }
    _ = handler.open(headers: headers, endStream: true, delegate: first)
    _ = handler.open(headers: headers, endStream: true, delegate: second)
    channel.embeddedEventLoop.run()
    try channel.writeInbound(
      ByteBuffer(bytes: Frames.settings() + Frames.reset(1, 7) + Frames.reset(3, 8)))
    #expect(second.ends == [.cancel])
    #expect(third.ends == [])
    try channel.writeInbound(ByteBuffer(bytes: Frames.reset(5, 2)))
    #expect(third.ends == [.internalError])
  }

  @Test(arguments: [(8, true), (9, false)] as [(Int, Bool)])
  func countsContinuations(_ count: Int, _ isAdmitted: Bool) throws {
    let channel = try channel()
    let block = HeaderBlock.request()
    var bytes = Frames.preface + Frames.settings()
    bytes += Frames.frame(type: 1, flags: Frames.endStream, stream: 1, Array(block[..<1]))
    for index in 1..<count {
      bytes += Frames.continuation(1, Array(block[index..<(index + 1)]), isLast: false)
    }
    bytes += Frames.continuation(1, Array(block[count...]), isLast: true)
    for byte in bytes where channel.isActive {
      try channel.writeInbound(ByteBuffer(bytes: [byte]))
      channel.embeddedEventLoop.run()
    }
    let frames = try writes(channel).flatMap { $0 }
    #expect(frames.contains { $0.type == 1 } == isAdmitted)
    #expect(channel.isActive == isAdmitted)
    close(channel)
  }

  @Test func isFreedWithItsChannel() throws {
    weak var freed: HTTP2ConnectionHandler?
    do {
      let channel = try channel()
      freed = try channel.pipeline.syncOperations.handler(type: HTTP2ConnectionHandler.self)
      #expect(freed != nil)
      close(channel)
    }
    #expect(freed == nil)
  }
}

private class SilentService: HTTP2StreamDelegate {
  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {}
  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {}
  func streamDidDrain(_ stream: HTTP2Stream) {}
  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {}
}

private final class EndCounter: SilentService {
  private(set) var ends: [HTTP2ErrorCode?] = []

  override func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    ends.append(error)
  }
}

private final class EndAction: SilentService {
  private let action: () -> Void

  init(_ action: @escaping () -> Void) {
    self.action = action
  }

  override func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    action()
  }
}
