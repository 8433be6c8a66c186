import NIOCore
import NIOEmbedded
import Testing

@testable import HTTP2

/// Damaged input: whatever arrives, the connection lives or ends in order, and every stream that
/// was opened ends exactly once.
@Suite struct DamagedInputTests {
  /// SplitMix64: the same damage in each run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  private final class Counter {
    var opened = 0
    var closed = 0
  }

  private final class CountingEcho: HTTP2StreamDelegate {
    private let echo = EchoService()
    private let counter: Counter

    init(_ counter: Counter) {
      self.counter = counter
      counter.opened += 1
    }

    func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
      echo.streamDidReceive(headers: headers, endStream: endStream, on: stream)
    }

    func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
      echo.streamDidReceive(data: data, endStream: endStream, on: stream)
    }

    func streamDidDrain(_ stream: HTTP2Stream) {}

    func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
      counter.closed += 1
    }
  }

  private var dialogue: [UInt8] {
    var bytes = Frames.preface + Frames.settings([(4, 100_000)])
    for id in [1, 3, 5, 7, 9] as [Int32] {
      bytes += Frames.headers(id, HeaderBlock.request([("te", "trailers")]), endStream: false)
      bytes += Frames.data(id, Array(repeating: UInt8(id), count: 40))
      bytes += Frames.windowUpdate(id, 1_000) + Frames.settingsAcknowledgement
      bytes += Frames.data(id, [3, 1, 2, 0, 0, 0], flags: Frames.padded)
      bytes += id == 5 ? Frames.reset(id, 8) : Frames.data(id, [], flags: Frames.endStream)
    }
    return bytes
  }

  private func feed(_ bytes: [UInt8], in generator: inout Generator, _ counter: Counter) throws {
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(
      HTTP2ConnectionHandler(
        role: .server, channel: channel, limits: HTTP2Limits(),
        makeDelegate: { _ in CountingEcho(counter) }))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    var rest = bytes[...]
    while !rest.isEmpty, channel.isActive {
      let piece = rest.prefix(Int.random(in: 1...200, using: &generator))
      try channel.writeInbound(ByteBuffer(bytes: piece))
      channel.embeddedEventLoop.run()
      rest = rest.dropFirst(piece.count)
    }
    _ = try? channel.finish()
  }

  @Test func survivesChangedBytes() throws {
    var generator = Generator(state: 1)
    let counter = Counter()
    for _ in 0..<500 {
      var bytes = dialogue
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let position = Int.random(in: Frames.preface.count..<bytes.count, using: &generator)
        bytes[position] = UInt8.random(in: .min ... .max, using: &generator)
      }
      try feed(bytes, in: &generator, counter)
    }
    #expect(counter.opened > 500)
    #expect(counter.closed == counter.opened)
  }

  @Test func survivesACutAnywhere() throws {
    var generator = Generator(state: 2)
    let counter = Counter()
    for count in 0..<dialogue.count {
      try feed(Array(dialogue[..<count]), in: &generator, counter)
    }
    #expect(counter.opened > dialogue.count)
    #expect(counter.closed == counter.opened)
  }

  @Test func survivesNoise() throws {
    var generator = Generator(state: 3)
    let counter = Counter()
    for _ in 0..<200 {
      let noise = (0..<300).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      try feed(Frames.preface + Frames.settings() + noise, in: &generator, counter)
      try feed(noise, in: &generator, counter)
    }
    #expect(counter.closed == counter.opened)
  }
}
