import NIOCore
import NIOEmbedded
import Testing

@testable import HTTP2

/// The cases of h2spec that bytes alone can tell, against the connection handler.
@Suite struct ConformanceTests {
  @Test(arguments: ConformanceCase.framing)
  func framing(_ dialogue: ConformanceCase) throws { try judge(dialogue) }

  @Test(arguments: ConformanceCase.states)
  func states(_ dialogue: ConformanceCase) throws { try judge(dialogue) }

  @Test(arguments: ConformanceCase.frames)
  func frames(_ dialogue: ConformanceCase) throws { try judge(dialogue) }

  @Test(arguments: ConformanceCase.messages)
  func messages(_ dialogue: ConformanceCase) throws { try judge(dialogue) }

  @Test(arguments: ConformanceCase.compression)
  func compression(_ dialogue: ConformanceCase) throws { try judge(dialogue) }

  /// In one piece and byte by byte, with the same result.
  private func judge(_ dialogue: ConformanceCase) throws {
    for isCut in [false, true] {
      let (frames, isActive) = try outcome(dialogue.bytes, isCut: isCut)
      let goaway = frames.last { $0.type == 7 }.flatMap(Frames.goawayCode)
      switch dialogue.verdict {
      case .connection(let codes):
        #expect(
          codes.map(\.rawValue).contains(goaway ?? .max), "GOAWAY \(String(describing: goaway))")
        #expect(!isActive)
      case .stream(let id, let codes):
        let reset = frames.last { $0.type == 3 && $0.stream == id }?.payload
        let accepted = codes.map(\.rawValue)
        let isReset = reset.map { accepted.map(Frames.bigEndian).contains($0) } ?? false
        #expect(isReset || accepted.contains(goaway ?? .max), "\(frames.map(\.type))")
        #expect(isActive == (goaway == nil))
      case .answered(let id):
        #expect(frames.contains { $0.type == 1 && $0.stream == id })
        #expect(isActive && goaway == nil)
      case .body(let id, let count):
        let body = frames.filter { $0.type == 0 && $0.stream == id }
        #expect(body.map(\.payload.count).reduce(0, +) == count)
        #expect(isActive && goaway == nil)
      case .alive:
        #expect(isActive && goaway == nil)
        let pong = Frames.frame(type: 6, flags: 1, stream: 0, Self.lastPing)
        #expect(frames.contains(Frames.parse(pong)[0]))
      }
    }
  }

  private static let lastPing: [UInt8] = [9, 8, 7, 6, 5, 4, 3, 2]

  private func outcome(
    _ bytes: [UInt8], isCut: Bool
  ) throws -> (frames: [Frames.Frame], isActive: Bool) {
    let channel = EmbeddedChannel()
    let handler = try HTTP2ConnectionHandler(
      role: .server, channel: channel, limits: HTTP2Limits(), makeDelegate: { _ in EchoService() })
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.writeInbound(ByteBuffer(bytes: Frames.preface + Frames.settings()))
    let last = bytes + Frames.ping(Self.lastPing)
    if isCut {
      for byte in last where channel.isActive {
        try channel.writeInbound(ByteBuffer(bytes: [byte]))
      }
    } else {
      try channel.writeInbound(ByteBuffer(bytes: last))
    }
    channel.embeddedEventLoop.run()
    let isActive = channel.isActive
    var output: [UInt8] = []
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      output += Array(buffer.readableBytesView)
    }
    _ = try? channel.finish()
    return (Frames.parse(output), isActive)
  }
}
