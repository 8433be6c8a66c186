import NIOCore
import NIOPosix
import Testing

@testable import HTTP2

/// Attacks by raw frames over loopback (the names are those of the field; RFC 9113 §10.5). Each ends
/// with the attacker told and cut, and an honest client on the same event loop answered.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AttackTests {
  struct Attack: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// What the GOAWAY must say.
    let code: HTTP2ErrorCode
    let reason: String
    /// Sent once the preface has been answered.
    var opening: [UInt8] = []
    /// Sent again and again, numbered from 0.
    let frames: @Sendable (Int32) -> [UInt8]
    var repetitions: Int32 = 20_000
  }

  private static let request = HeaderBlock.request()

  private static func calm(
    _ name: String, _ abuse: Abuse, opening: [UInt8] = [], repetitions: Int32 = 20_000,
    _ frames: @escaping @Sendable (Int32) -> [UInt8]
  ) -> Attack {
    Attack(
      testDescription: name, code: .enhanceYourCalm, reason: abuse.rawValue, opening: opening,
      frames: frames, repetitions: repetitions)
  }

  private static func headers(_ index: Int32, _ block: [UInt8] = request) -> [UInt8] {
    Frames.headers(1 + 2 * index, block, endStream: false)
  }

  /// An entry of 4,000 octets for the dynamic table of HPACK, then a reference to it in each octet.
  private static let bomb: [UInt8] =
    [0x40] + HeaderBlock.encode([("bomb", String(repeating: "x", count: 3_900))]).dropFirst()
    + Array(repeating: 0xbe, count: 12_000)

  /// A header section far above the limit, in one HEADERS and three CONTINUATIONs.
  private static func oversized(_ index: Int32) -> [UInt8] {
    let block = HeaderBlock.request([
      ("x", String(repeating: "v", count: 30_000)), ("y", String(repeating: "v", count: 30_000)),
    ])
    let id = 1 + 2 * index
    let pieces = stride(from: 0, to: block.count, by: 16_000).map {
      Array(block[$0..<min($0 + 16_000, block.count)])
    }
    return Frames.frame(type: 1, flags: Frames.endStream, stream: id, pieces[0])
      + pieces.dropFirst().enumerated().flatMap {
        Frames.continuation(id, $0.element, isLast: $0.offset == pieces.count - 2)
      }
  }

  static let floods: [Attack] = [
    calm("settings_flood", .settings) { _ in Frames.settings() },
    calm("settings_flood of table sizes", .settings) {
      Frames.settings([(1, $0 % 2 == 0 ? 0 : 4_096)])
    },
    Attack(
      testDescription: "ping_flood", code: .enhanceYourCalm, reason: "too_many_pings",
      frames: { _ in Frames.ping() }),
    calm("rapid_reset", .resets) { headers($0) + Frames.reset(1 + 2 * $0, 8) },
    calm("reset_flood by bad headers", .forcedResets) {
      headers($0, HeaderBlock.request([("Upper", "case")]))
    },
    calm("reset_flood by empty names", .forcedResets) {
      headers($0, HeaderBlock.request([("", "")]))
    },
    calm("made_you_reset by windows", .forcedResets) {
      headers($0) + Frames.windowUpdate(1 + 2 * $0, 0x7fff_ffff)
    },
    calm("made_you_reset by content length", .forcedResets) {
      headers($0, HeaderBlock.request([("content-length", "1")]))
        + Frames.data(1 + 2 * $0, [1, 2], flags: Frames.endStream)
    },
    calm("empty_frames", .emptyFrames, opening: headers(0)) { _ in Frames.data(1, []) },
    calm("empty_frames of padding", .emptyFrames, opening: headers(0)) { _ in
      Frames.data(1, [3, 0, 0, 0], flags: Frames.padded)
    },
    calm(
      "empty_frames on a stream that was reset", .emptyFrames,
      opening: headers(0)
        + Frames.reset(1, 8)
    ) { _ in Frames.data(1, []) },
    calm("priority_churn", .priorities) {
      Frames.frame(type: 2, flags: 0, stream: 1 + 2 * ($0 % 500), [0, 0, 0, 0, 16])
    },
    calm("window_update_flood", .windowUpdates) { _ in Frames.windowUpdate(0, 1) },
    calm("window_update_flood on a stream", .windowUpdates, opening: headers(0)) { _ in
      Frames.windowUpdate(1, 1)
    },
    calm("unknown_frames", .unknownFrames) { _ in
      Frames.frame(type: 0xfa, flags: 0, stream: 0, [1, 2, 3])
    },
    calm("continuation_flood in pieces", .continuations) {
      Frames.frame(type: 1, flags: 1, stream: 1 + 2 * $0, Array(request.prefix(9)))
        + Frames.continuation(1 + 2 * $0, Array(request.dropFirst(9)), isLast: true)
    },
    Attack(
      testDescription: "continuation_flood", code: .enhanceYourCalm,
      reason: "continuation_flood",
      opening: Frames.frame(type: 1, flags: 0, stream: 1, Array(request.prefix(1))),
      frames: { _ in Frames.continuation(1, [0x20], isLast: false) }),
    calm("hpack_bomb", .excessHeaders, repetitions: 1) { headers($0, bomb) },
    calm("oversized_headers", .excessHeaders, repetitions: 300) { oversized($0) },
    Attack(
      testDescription: "settings_many_entries", code: .enhanceYourCalm, reason: "",
      frames: { _ in Frames.settings(Array(repeating: (3, 1), count: 33)) }, repetitions: 1),
    Attack(
      testDescription: "max_streams", code: .protocolError, reason: "",
      opening: Frames.settingsAcknowledgement, frames: { headers($0) }, repetitions: 300),
    calm("max_streams before the limit is known", .refusedStreams) { headers($0) },
    Attack(
      testDescription: "post_terminate_garbage", code: .protocolError, reason: "",
      frames: { _ in Frames.windowUpdate(0, 0) + Array(repeating: 0xff, count: 300) }),
    Attack(
      testDescription: "large_frame", code: .frameSizeError, reason: "",
      frames: { _ in Frames.data(1, Array(repeating: 0, count: 20_000)) }, repetitions: 1),
  ]

  @Test(arguments: floods)
  func cutsAFlood(_ attack: Attack) async throws {
    // One loop, so that the bystander shares it with the attacker.
    try await withListener(loops: 1, makeDelegate: { _ in PatientEcho() }) { _, port, group in
      let clients = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let bystander = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: clients)
      #expect(try await bystander.start().get().error == nil)
      let attacker = try await RawPeer.connect(port: port, group: clients)
      try await attacker.deliver(Frames.preface + Frames.settings() + attack.opening)
      let during = bystander.start(body: ByteBuffer(string: "during"))
      var batch: [UInt8] = []
      for index in 0..<attack.repetitions {
        batch += attack.frames(index)
        if batch.count > 30_000 {
          attacker.send(batch)
          batch = []
        }
      }
      attacker.send(batch)
      let frames = await attacker.untilClosed()
      let goaway = frames.last { $0.type == 7 }
      #expect(goaway.flatMap(Frames.goawayCode) == attack.code.rawValue)
      if !attack.reason.isEmpty {
        #expect(goaway.map(Frames.goawayText) == attack.reason)
      }
      #expect(try await during.get().trailers == ["grpc-status": "0"])
      let after = bystander.start(body: ByteBuffer(string: "after"))
      #expect(try await after.get().trailers == ["grpc-status": "0"])
      await bystander.close()
      try await clients.shutdownGracefully()
    }
  }

  // MARK: Slow peers

  struct SlowPeer: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let code: HTTP2ErrorCode
    let reason: String
    /// The only wait that is short.
    let limit: any WritableKeyPath<PatienceLimits, Duration?> & Sendable
    let bytes: [UInt8]
  }

  private static let greeting =
    Frames.preface + Frames.settings() + Frames.settingsAcknowledgement

  static let slowPeers = [
    SlowPeer(
      testDescription: "no_preface", code: .protocolError, reason: "preface_timeout",
      limit: \.preface, bytes: []),
    SlowPeer(
      testDescription: "half_preface", code: .protocolError, reason: "preface_timeout",
      limit: \.preface,
      bytes: Array(Frames.preface.prefix(10))),
    SlowPeer(
      testDescription: "preface without SETTINGS", code: .protocolError,
      reason: "preface_timeout", limit: \.preface, bytes: Frames.preface),
    SlowPeer(
      testDescription: "SETTINGS never acknowledged", code: .settingsTimeout,
      reason: "settings_timeout", limit: \.settingsAcknowledgement,
      bytes: Frames.preface + Frames.settings()),
    SlowPeer(
      testDescription: "slow headers: half a frame", code: .enhanceYourCalm,
      reason: "slow_headers", limit: \.headerSection, bytes: greeting + headers(0).dropLast()),
    SlowPeer(
      testDescription: "slow headers: no CONTINUATION", code: .enhanceYourCalm,
      reason: "slow_headers", limit: \.headerSection,
      bytes: greeting + Frames.frame(type: 1, flags: 0, stream: 1, request)),
    SlowPeer(
      testDescription: "slow frame: half a header", code: .enhanceYourCalm, reason: "slow_frame",
      limit: \.frame,
      bytes: greeting + [0, 0, 8]),
    SlowPeer(
      testDescription: "slow frame: half a payload", code: .enhanceYourCalm,
      reason: "slow_frame", limit: \.frame,
      bytes: greeting + headers(0) + Frames.data(1, [1, 2, 3]).dropLast()),
  ]

  @Test(arguments: slowPeers)
  func cutsASlowPeer(_ peer: SlowPeer) async throws {
    var limits = HTTP2Limits()
    limits.patience[keyPath: peer.limit] = .milliseconds(100)
    try await withListener(limits: limits) { _, port, group in
      let attacker = try await RawPeer.connect(port: port, group: group)
      attacker.send(peer.bytes)
      let goaway = await attacker.untilClosed().last { $0.type == 7 }
      #expect(goaway.flatMap(Frames.goawayCode) == peer.code.rawValue)
      #expect(goaway.map(Frames.goawayText) == peer.reason)
    }
  }

  /// A message that was begun and does not go on, however often a byte comes.
  @Test func cutsASlowBody() async throws {
    var limits = HTTP2Limits()
    limits.patience.body = .milliseconds(200)
    try await withListener(limits: limits, makeDelegate: { _ in AwaitingService() }) {
      _, port, group in
      let attacker = try await RawPeer.connect(port: port, group: group)
      attacker.send(Self.greeting + Self.headers(0))
      let drip = attacker.drip(Frames.data(1, [0]))
      let frames = await attacker.until { $0.type == 3 }
      drip.cancel()
      #expect(frames?.last { $0.type == 3 }?.payload == Frames.bigEndian(8))
      await attacker.close()
    }
  }

  /// A complete answer, and no window for it.
  @Test func cutsAClosedWindow() async throws {
    var limits = HTTP2Limits()
    limits.patience.answer = .milliseconds(100)
    try await withListener(limits: limits) { _, port, group in
      let attacker = try await RawPeer.connect(port: port, group: group)
      attacker.send(
        Frames.preface + Frames.settings([(4, 0)]) + Frames.settingsAcknowledgement
          + Self.headers(0) + Frames.data(1, [1, 2, 3], flags: Frames.endStream))
      let frames = await attacker.until { $0.type == 3 }
      #expect(frames?.last { $0.type == 3 }?.payload == Frames.bigEndian(8))
      await attacker.close()
    }
  }

  /// A peer that opens every window and then reads nothing.
  @Test func cutsAPeerThatDoesNotRead() async throws {
    var limits = HTTP2Limits()
    limits.patience.write = .milliseconds(150)
    let closed = AsyncStream.makeStream(of: Void.self)
    try await withListener(
      limits: limits, makeDelegate: { _ in EndlessService(closed.continuation) }
    ) { _, port, group in
      let attacker = try await RawPeer.connect(port: port, group: group)
      try await attacker.setReading(false)
      attacker.send(
        Frames.preface + Frames.settings([(4, 0x7fff_ffff)]) + Frames.settingsAcknowledgement
          + Frames.windowUpdate(0, 0x7fff_0000) + Self.headers(0))
      var iterator = closed.stream.makeAsyncIterator()
      #expect(await iterator.next() != nil)
      await attacker.close()
    }
  }

  // MARK: Too many connections

  @Test func limitsConnections() async throws {
    var limits = HTTP2Limits()
    limits.connections = 3
    try await refusesTheFourth(limits)
  }

  @Test func limitsConnectionsOfOneAddress() async throws {
    var limits = HTTP2Limits()
    limits.connectionsPerAddress = 3
    try await refusesTheFourth(limits)
  }

  /// Connections without a request take no place from one that has made any (conn_flood).
  @Test(arguments: [false, true]) func prefersThoseThatCall(_ isGreeting: Bool) async throws {
    var limits = HTTP2Limits()
    limits.connections = 4
    try await withListener(limits: limits) { listener, port, group in
      let standing = try await RawPeer.connect(port: port, group: group)
      standing.send(Self.greeting + Frames.headers(1, HeaderBlock.request(), endStream: true))
      #expect(await standing.until { $0.type == 1 && $0.flags & Frames.endStream != 0 } != nil)
      var silent: [RawPeer] = []
      for _ in 0..<40 {
        let peer = try await RawPeer.connect(port: port, group: group)
        if isGreeting {
          peer.send(Self.greeting)
          #expect(await peer.until { $0.type == 4 && $0.flags == 1 } != nil)
        }
        silent.append(peer)
      }
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group)
      #expect(try await client.start().get().trailers == ["grpc-status": "0"])
      #expect(await listener.snapshot().refusedConnections == 38)
      standing.send(Frames.headers(3, HeaderBlock.request(), endStream: true))
      #expect(await standing.until { $0.type == 1 && $0.flags & Frames.endStream != 0 } != nil)
      if isGreeting { #expect(await silent[0].untilClosed().contains { $0.type == 7 }) }
      await client.close()
      for peer in silent + [standing] { await peer.close() }
    }
  }

  private func refusesTheFourth(_ limits: HTTP2Limits) async throws {
    try await withListener(limits: limits) { listener, port, group in
      var peers: [RawPeer] = []
      for _ in 0..<3 {
        let peer = try await RawPeer.connect(port: port, group: group)
        peer.send(Self.greeting + Frames.headers(1, HeaderBlock.request(), endStream: true))
        #expect(await peer.until { $0.type == 1 && $0.flags & Frames.endStream != 0 } != nil)
        peers.append(peer)
      }
      let refused = try await RawPeer.connect(port: port, group: group)
      #expect(await refused.untilClosed().isEmpty)
      // The peer sees its socket closed before the listener lets go of the channel.
      while await listener.snapshot().connections.count > 3 {}
      let figures = await listener.snapshot()
      #expect(figures.acceptedConnections == 4)
      #expect(figures.refusedConnections == 1)
      #expect(figures.connections.count == 3)
      #expect(Set(figures.connections.map(\.id)).count == 3)
      // Whoever leaves makes room.
      await peers.removeLast().close()
      while await listener.snapshot().connections.count > 2 {}
      let welcome = try await RawPeer.connect(port: port, group: group)
      welcome.send(Self.greeting)
      #expect(await welcome.until { $0.type == 4 } != nil)
      for peer in peers + [welcome] { await peer.close() }
    }
  }
}

/// Answers each request when it has ended; until then it is silent, so that the attacker's streams
/// stay open.
private final class PatientEcho: HTTP2StreamDelegate {
  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    if endStream { answer(stream) }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    stream.consume(data.readableBytes)
    if endStream { answer(stream) }
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}
  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {}

  private func answer(_ stream: HTTP2Stream) {
    stream.send(headers: [":status": "200"], endStream: false)
    stream.finish(trailers: ["grpc-status": "0"])
  }
}

private final class AwaitingService: HTTP2StreamDelegate {
  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    stream.awaitsBody = true
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    stream.consume(data.readableBytes)
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}
  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {}
}

/// Answers for ever, as fast as it is read; reports the end.
private final class EndlessService: HTTP2StreamDelegate {
  private let closed: AsyncStream<Void>.Continuation
  private let piece = ByteBuffer(repeating: 0, count: 1 << 16)

  init(_ closed: AsyncStream<Void>.Continuation) {
    self.closed = closed
  }

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    stream.send(headers: [":status": "200"], endStream: false)
    stream.send(piece)
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {}

  func streamDidDrain(_ stream: HTTP2Stream) {
    stream.send(piece)
  }

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    closed.yield()
  }
}
