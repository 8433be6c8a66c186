import NIOCore
import NIOPosix
import Testing

@testable import HTTP2

/// Heavy traffic of honest clients, which no budget may take for an attack.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HonestTrafficTests {
  /// Every stream that the limit admits, cancelled at once; twice in a row.
  @Test func mayCancelEverythingAtOnce() async throws {
    try await withListener { _, port, group in
      let peer = try await RawPeer.connect(port: port, group: group)
      var bytes = Frames.preface + Frames.settings() + Frames.settingsAcknowledgement
      for round in 0..<2 as Range<Int32> {
        let ids = (0..<256 as Range<Int32>).map { 1 + 2 * (256 * round + $0) }
        for id in ids { bytes += Frames.headers(id, HeaderBlock.request(), endStream: false) }
        for id in ids { bytes += Frames.reset(id, 8) }
      }
      peer.send(bytes + Frames.headers(2_001, HeaderBlock.request(), endStream: true))
      let frames = await peer.until { $0.type == 7 || $0.flags & 1 != 0 && $0.stream == 2_001 }
      #expect(frames?.last.map { $0.type != 7 } == true)
      await peer.close()
    }
  }

  @Test func maySendABodyInSmallFrames() async throws {
    try await withListener { _, port, group in
      let peer = try await RawPeer.connect(port: port, group: group)
      peer.send(
        Frames.preface + Frames.settings([(4, 0x7fff_ffff)]) + Frames.settingsAcknowledgement
          + Frames.windowUpdate(0, 0x7fff_0000)
          + Frames.headers(1, HeaderBlock.request(), endStream: false))
      let piece = Frames.data(1, [1, 2, 3])
      for _ in 0..<500 {
        peer.send(Array(repeatElement(piece, count: 100).joined()))
      }
      peer.send(Frames.data(1, [], flags: Frames.endStream))
      let frames = try #require(
        await peer.until { $0.type == 7 || $0.flags & 1 != 0 && $0.stream == 1 })
      #expect(!frames.contains { $0.type == 7 })
      let echoed = frames.filter { $0.type == 0 }.map(\.payload.count).reduce(0, +)
      #expect(echoed == 150_000)
      await peer.close()
    }
  }

  /// A client that gives each DATA frame's window back at once, on the stream and the connection.
  @Test func mayAcknowledgeEachFrame() async throws {
    let messages = 3_000
    try await withListener(makeDelegate: { _ in MessageService(count: messages) }) {
      _, port, group in
      let peer = try await RawPeer.connect(port: port, group: group)
      peer.send(
        Frames.preface + Frames.settings() + Frames.settingsAcknowledgement
          + Frames.headers(1, HeaderBlock.request(), endStream: true))
      var seen = 0
      let frames = try #require(
        await peer.until(eachNew: { frame in
          guard frame.type == 0 else { return }
          seen += 1
          let count = UInt32(frame.payload.count)
          peer.send(Frames.windowUpdate(0, count) + Frames.windowUpdate(1, count))
        }) { $0.type == 7 || $0.flags & 1 != 0 && $0.stream == 1 })
      #expect(!frames.contains { $0.type == 7 })
      #expect(seen == messages)
      await peer.close()
    }
  }

  @Test func mayCallWithoutPause() async throws {
    try await withListener { _, port, group in
      try await withThrowingTaskGroup { tasks in
        for _ in 0..<4 {
          tasks.addTask {
            let client = try await HTTP2ClientConnection.connect(
              host: "127.0.0.1", port: port, group: group)
            for _ in 0..<40 {
              let calls = (0..<32).map { _ in client.start(body: ByteBuffer(string: "a")) }
              for call in calls { #expect(try await call.get().error == nil) }
            }
            await client.close()
          }
        }
        try await tasks.waitForAll()
      }
    }
  }
}

/// Answers with so many small messages, a DATA frame each.
private final class MessageService: HTTP2StreamDelegate {
  private var left: Int

  init(count: Int) {
    left = count
  }

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    stream.send(headers: [":status": "200"], endStream: false)
    streamDidDrain(stream)
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {}

  func streamDidDrain(_ stream: HTTP2Stream) {
    left -= 1
    stream.send(ByteBuffer(repeating: 1, count: 15))
    if left == 0 { stream.finish(trailers: nil) }
  }

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {}
}
