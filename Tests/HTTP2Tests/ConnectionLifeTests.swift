import NIOCore
import NIOEmbedded
import Testing

@testable import HTTP2

/// The life of a connection as its peer sees it: frames, with a clock that the test moves.
@Suite struct ConnectionLifeTests {
  private final class Held: HTTP2StreamDelegate {
    var streams: [HTTP2Stream] = []
    var ends: [HTTP2ErrorCode?] = []

    func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
      streams.append(stream)
    }

    func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {}
    func streamDidDrain(_ stream: HTTP2Stream) {}

    func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
      ends.append(error)
    }
  }

  private let held = Held()

  private func connect(
    _ change: (inout ConnectionLifeLimits) -> Void = { _ in }
  ) throws -> EmbeddedChannel {
    var limits = HTTP2Limits()
    change(&limits.life)
    let channel = EmbeddedChannel()
    let handler = try HTTP2ConnectionHandler(
      role: .server, channel: channel, limits: limits, makeDelegate: { [held] _ in held })
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.writeInbound(
      ByteBuffer(bytes: Frames.preface + Frames.settings() + Frames.settingsAcknowledgement))
    _ = try frames(channel)
    return channel
  }

  private func frames(_ channel: EmbeddedChannel) throws -> [Frames.Frame] {
    var bytes: [UInt8] = []
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      bytes += Array(buffer.readableBytesView)
    }
    return Frames.parse(bytes)
  }

  private func request(_ channel: EmbeddedChannel, _ id: Int32) throws {
    try channel.writeInbound(
      ByteBuffer(bytes: Frames.headers(id, HeaderBlock.request(), endStream: true)))
  }

  /// Sends a piece of its request each five seconds.
  private func sendOn(_ channel: EmbeddedChannel, seconds: Int64) throws {
    for _ in 0..<(seconds / 5) {
      try channel.writeInbound(
        ByteBuffer(bytes: Frames.data(1, Array(repeating: 0, count: 600))))
      channel.embeddedEventLoop.advanceTime(by: .seconds(5))
    }
  }

  private func lastStream(_ goaway: Frames.Frame?) -> [UInt8]? {
    goaway.map { Array($0.payload.prefix(4)) }
  }

  @Test func endsByTwoGoawaysAndServesWhatIsBetween() throws {
    let channel = try connect()
    try request(channel, 1)
    channel.pipeline.fireUserInboundEventTriggered(HTTP2ConnectionHandler.Order.shutDown)
    let announced = try frames(channel)
    #expect(announced.map(\.type) == [7, 6])
    #expect(lastStream(announced.first) == [0x7f, 0xff, 0xff, 0xff])
    #expect(announced.first.flatMap(Frames.goawayCode) == 0)
    #expect(announced.first.map(Frames.goawayText) == "graceful_stop")

    try request(channel, 3)
    #expect(held.streams.map(\.id) == [1, 3])
    let ping = try #require(announced.last?.payload)
    try channel.writeInbound(ByteBuffer(bytes: Frames.ping(ping, flags: 1)))
    let refusing = try frames(channel)
    #expect(refusing.map(\.type) == [7])
    #expect(lastStream(refusing.first) == [0, 0, 0, 3])
    #expect(refusing.first.flatMap(Frames.goawayCode) == 0)

    try request(channel, 5)
    #expect(held.streams.map(\.id) == [1, 3])
    for stream in held.streams { stream.send(headers: [":status": "200"], endStream: true) }
    channel.embeddedEventLoop.run()
    #expect(try frames(channel).map(\.stream) == [1, 3])
    #expect(!channel.isActive)
    #expect(held.ends == [nil, nil])
  }

  @Test func goesOnWhenThePingIsNotAnswered() throws {
    let channel = try connect()
    try request(channel, 1)
    channel.pipeline.fireUserInboundEventTriggered(HTTP2ConnectionHandler.Order.shutDown)
    _ = try frames(channel)
    channel.embeddedEventLoop.advanceTime(by: .seconds(5))
    #expect(try frames(channel).map(\.type) == [7])
    #expect(channel.isActive)
    _ = try? channel.finish()
  }

  @Test func closesAtOnceBeforeThePreface() throws {
    let channel = EmbeddedChannel()
    let handler = try HTTP2ConnectionHandler(
      role: .server, channel: channel, limits: HTTP2Limits(), makeDelegate: { [held] _ in held })
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    channel.pipeline.fireUserInboundEventTriggered(HTTP2ConnectionHandler.Order.shutDown)
    channel.embeddedEventLoop.run()
    #expect(try frames(channel).last.flatMap(Frames.goawayCode) == 0)
    #expect(!channel.isActive)
  }

  @Test func endsIdleConnections() throws {
    let channel = try connect { $0.maximumIdle = .seconds(60) }
    channel.embeddedEventLoop.advanceTime(by: .seconds(50))
    try request(channel, 1)
    channel.embeddedEventLoop.advanceTime(by: .seconds(100))
    #expect(try frames(channel).isEmpty)
    held.streams.first?.send(headers: [":status": "200"], endStream: true)
    channel.embeddedEventLoop.run()
    #expect(try frames(channel).map(\.type) == [1])
    channel.embeddedEventLoop.advanceTime(by: .seconds(59))
    #expect(try frames(channel).isEmpty)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    let announced = try frames(channel)
    #expect(announced.map(\.type) == [7, 6])
    #expect(announced.first.map(Frames.goawayText) == "max_idle")
    try channel.writeInbound(
      ByteBuffer(bytes: Frames.ping(announced.last?.payload ?? [], flags: 1)))
    channel.embeddedEventLoop.run()
    let last = try frames(channel)
    #expect(last.map(Frames.goawayText) == ["max_idle"])
    #expect(!channel.isActive)
  }

  @Test func endsOldConnectionsAndCutsAfterTheirGrace() throws {
    let channel = try connect {
      $0.maximumAge = .seconds(100)
      $0.maximumAgeGrace = .seconds(100)
    }
    try request(channel, 1)
    channel.embeddedEventLoop.advanceTime(by: .seconds(89))
    #expect(try frames(channel).isEmpty)
    channel.embeddedEventLoop.advanceTime(by: .seconds(22))
    let announced = try frames(channel)
    #expect(announced.first.map(Frames.goawayText) == "max_age")
    channel.embeddedEventLoop.advanceTime(by: .seconds(79))
    _ = try frames(channel)
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(26))
    let last = try #require(try frames(channel).last)
    #expect(Frames.goawayText(last) == "max_age")
    #expect(Frames.goawayCode(last) == 0)
    #expect(!channel.isActive)
    #expect(held.ends == [.connectionLost])
  }

  @Test func asksWhetherThePeerIsThere() throws {
    let channel = try connect {
      $0.keepaliveTime = .seconds(100)
      $0.keepaliveTimeout = .seconds(20)
    }
    try request(channel, 1)
    for _ in 0..<3 {
      channel.embeddedEventLoop.advanceTime(by: .seconds(100))
      let pings = try frames(channel)
      #expect(pings.map(\.type) == [6])
      try channel.writeInbound(ByteBuffer(bytes: Frames.ping(pings[0].payload, flags: 1)))
    }
    channel.embeddedEventLoop.advanceTime(by: .seconds(100))
    #expect(try frames(channel).map(\.type) == [6])
    channel.embeddedEventLoop.advanceTime(by: .seconds(20))
    #expect(try frames(channel).map(Frames.goawayText) == ["keepalive_timeout"])
    #expect(!channel.isActive)
    #expect(held.ends == [.connectionLost])
    let handler = try? channel.pipeline.syncOperations.handler(type: HTTP2ConnectionHandler.self)
    #expect(handler == nil)
  }

  @Test func endsAConnectionOfTooManyPings() throws {
    let channel = try connect()
    for _ in 0..<3 {
      try channel.writeInbound(ByteBuffer(bytes: Frames.ping()))
      #expect(try frames(channel) == Frames.parse(Frames.ping(flags: 1)))
    }
    try channel.writeInbound(ByteBuffer(bytes: Frames.ping()))
    channel.embeddedEventLoop.run()
    let last = try frames(channel)
    #expect(last.flatMap { Frames.goawayCode($0).map { [$0] } ?? [] } == [0xb])
    #expect(last.map(Frames.goawayText) == ["too_many_pings"])
    #expect(!channel.isActive)
  }

  @Test func forgivesPingsBetweenAnswers() throws {
    let channel = try connect()
    for index in 0..<20 as Range<Int32> {
      try channel.writeInbound(ByteBuffer(bytes: Frames.ping() + Frames.ping()))
      try request(channel, 1 + 2 * index)
      held.streams.last?.send(headers: [":status": "200"], endStream: true)
      channel.embeddedEventLoop.run()
    }
    #expect(channel.isActive)
    #expect(try !frames(channel).contains { $0.type == 7 })
    _ = try? channel.finish()
  }

  @Test(arguments: [(ends: true, patience: 30), (ends: false, patience: 300)])
  func whatAPeerSendsDoesNotSaveAnAnswerThatItDoesNotTake(ends: Bool, patience: Int64) throws {
    let channel = try connect()
    try channel.writeInbound(
      ByteBuffer(bytes: Frames.headers(1, HeaderBlock.request(), endStream: false)))
    let stream = try #require(held.streams.first)
    stream.awaitsBody = true
    try sendOn(channel, seconds: 100)
    stream.send(headers: [":status": "200"], endStream: false)
    // More than its window.
    stream.send(ByteBuffer(repeating: 0, count: 100_000))
    if ends { stream.finish(trailers: nil) }
    channel.embeddedEventLoop.run()
    try sendOn(channel, seconds: patience - 10)
    #expect(held.ends == [])
    try sendOn(channel, seconds: 20)
    #expect(held.ends == [.cancel])
  }
}
