import NIOCore
import Synchronization
import Testing

@testable import HTTP2

/// No connection holds its event loop for longer than a few frames take.
@Suite(.timeLimit(.minutes(2))) struct ReadPiecesTests {
  @Test(arguments: [
    (0, 0, ReadPieces.large), (1, 9, .large), (63, 63 * 10, .large), (64, 64 * 10, .small),
    (64, 64 * 64, .large), (64, 64 * 64 - 1, .small), (1_000, 100_000, .large),
  ])
  func smallFramesInNumberAreReadInSmallPieces(frames: Int, bytes: Int, expected: ReadPieces) {
    #expect(ReadPieces(afterFrames: frames, bytes: bytes) == expected)
  }

  /// A turn of the loop takes at most one piece of a flood: bounded by bytes at first, and by a few
  /// hundred frames from then on.
  @Test func aFloodHasOnePieceInEachTurn() async throws {
    let turns = Turns()
    try await withListener(loops: 1, makeDelegate: { _ in TurnCounter(turns) }) { _, port, group in
      let peer = try await RawPeer.connect(port: port, group: group)
      let frame = Frames.data(1, [1])
      let count = 50_000
      peer.send(
        Frames.preface + Frames.settings() + Frames.settingsAcknowledgement
          + Frames.headers(1, HeaderBlock.request(), endStream: false)
          + repeatElement(frame, count: count).joined()
          + Frames.data(1, [], flags: Frames.endStream))
      let answer = await peer.until { $0.stream == 1 && $0.flags & 1 != 0 }
      #expect(answer != nil)
      let seen = turns.all
      let limits = HTTP2Limits()
      // The last frame, which is empty, may come as the end of the one before.
      #expect((count...count + 1).contains(seen.reduce(0, +)))
      #expect(seen.max().map { $0 <= limits.readBatch / frame.count + 1 } == true)
      let small = limits.smallFrameReadBatch / frame.count + 1
      // The first pieces are read before anything is known of the peer.
      #expect(seen.dropFirst(8).allSatisfy { $0 <= small })
      await peer.close()
    }
  }

  /// Whoever has broken the protocol is read in small pieces, whatever its frames are like.
  @Test func anOffenderHasASmallPieceInEachTurn() async throws {
    let turns = Turns()
    try await withListener(loops: 1, makeDelegate: { _ in TurnCounter(turns) }) { _, port, group in
      let peer = try await RawPeer.connect(port: port, group: group)
      try await peer.deliver(
        Frames.preface + Frames.settings() + Frames.settingsAcknowledgement
          + Frames.headers(1, HeaderBlock.request([("Upper", "case")]), endStream: true))
      _ = try #require(await peer.until { $0.type == 3 && $0.stream == 1 })
      let frame = Frames.data(3, [UInt8](repeating: 1, count: 1_000))
      peer.send(
        Frames.headers(3, HeaderBlock.request(), endStream: false)
          + repeatElement(frame, count: 60).joined() + Frames.data(3, [], flags: Frames.endStream))
      #expect(await peer.until { $0.stream == 3 && $0.flags & 1 != 0 } != nil)
      let seen = turns.all
      #expect(seen.reduce(0, +) >= 60)
      // A frame may lie in two pieces.
      let most = HTTP2Limits().smallFrameReadBatch / frame.count + 2
      #expect(seen.allSatisfy { $0 <= most })
      await peer.close()
    }
  }
}

/// DATA frames by the turn of the loop in which they came.
private final class Turns: Sendable {
  private let counts = Mutex<[Int]>([])

  var all: [Int] { counts.withLock { $0 } }

  func append(_ count: Int) {
    counts.withLock { $0.append(count) }
  }
}

/// Counts them: what the loop is given meanwhile runs when its sockets have been read.
private final class TurnCounter: HTTP2StreamDelegate {
  private let turns: Turns
  private var frames = 0

  init(_ turns: Turns) {
    self.turns = turns
  }

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {}

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    stream.consume(data.readableBytes)
    if frames == 0 {
      let counter = NIOLoopBound(self, eventLoop: stream.eventLoop)
      stream.eventLoop.execute { counter.value.endTurn() }
    }
    frames += 1
    guard endStream else { return }
    endTurn()
    stream.send(headers: [":status": "200"], endStream: true)
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}
  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {}

  private func endTurn() {
    turns.append(frames)
    frames = 0
  }
}
