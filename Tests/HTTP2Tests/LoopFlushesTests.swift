import NIOCore
import NIOEmbedded
import Testing

@testable import HTTP2

@Suite struct LoopFlushesTests {
  private let loop = EmbeddedEventLoop()
  private let flushes: LoopFlushes

  init() {
    flushes = LoopFlushes(eventLoop: loop)
  }

  /// A connection of the loop that has said its first words.
  private func channel() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(loop: loop)
    let handler = try HTTP2ConnectionHandler(
      role: .server, channel: channel, limits: HTTP2Limits(), flushes: flushes,
      makeDelegate: { _ in EchoService() })
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.writeInbound(ByteBuffer(bytes: Frames.preface + Frames.settings()))
    _ = try answers(channel)
    return channel
  }

  /// Requests arrive in one read; the turn of the loop does not end yet.
  private func read(_ requests: Range<Int>, on channel: EmbeddedChannel) {
    var bytes = ByteBuffer()
    for number in requests {
      bytes.writeBytes(
        Frames.headers(Int32(2 * number + 1), HeaderBlock.request(), endStream: true))
    }
    channel.pipeline.syncOperations.fireChannelRead(NIOAny(bytes))
    channel.pipeline.syncOperations.fireChannelReadComplete()
  }

  /// How many streams were ended by each write.
  private func answers(_ channel: EmbeddedChannel) throws -> [Int] {
    var counts: [Int] = []
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
      let frames = Frames.parse(Array(bytes.readableBytesView))
      counts.append(frames.count { $0.type == 1 && $0.flags & Frames.endStream != 0 })
    }
    return counts
  }

  @Test func connectionsReadInOneTurnWriteAtItsEnd() throws {
    let channels = try [channel(), channel(), channel()]
    for channel in channels { read(0..<1, on: channel) }
    for channel in channels { #expect(try answers(channel) == []) }
    loop.run()
    for channel in channels { #expect(try answers(channel) == [1]) }
    for channel in channels { _ = try? channel.finish() }
  }

  @Test func whereMuchWaitsItLeavesAtOnce() throws {
    let channels = try [channel(), channel()]
    read(0..<1, on: channels[0])
    read(0..<LoopFlushes.mostWaitingOrders, on: channels[1])
    #expect(try answers(channels[0]) == [1])
    #expect(try answers(channels[1]) == [LoopFlushes.mostWaitingOrders])
    // The count begins anew.
    read(1..<2, on: channels[0])
    #expect(try answers(channels[0]) == [])
    loop.run()
    #expect(try answers(channels[0]) == [1])
    for channel in channels { _ = try? channel.finish() }
  }

  @Test func aConnectionThatHasClosedIsPassedOver() throws {
    let channels = try [channel(), channel()]
    for channel in channels { read(0..<1, on: channel) }
    channels[0].pipeline.syncOperations.fireChannelInactive()
    loop.run()
    #expect(try answers(channels[0]) == [])
    #expect(try answers(channels[1]) == [1])
    for channel in channels { _ = try? channel.finish() }
  }
}
