import NIOCore

@testable import HTTP2

extension FuzzTarget {
  /// Bytes through a server's session. The first says how long the pieces are that the others come in;
  /// every request that ends is answered, so that the session's output is exercised, too.
  static let http2 = FuzzTarget("http2") { input throws(FuzzFinding) in
    guard let first = input.first else { return }
    let pieceLength = Int(first) + 1
    do throws(HTTP2Error) {
      var peer = try ServerSide()
      var rest = input.dropFirst()
      while !rest.isEmpty {
        try peer.receive(Array(rest.prefix(pieceLength)))
        rest = rest.dropFirst(pieceLength)
      }
    } catch {
      // The connection ends, which a session may decide at any byte.
    }
  }
}

private struct ServerSide {
  /// Output is given back to nobody: what a session makes of one piece is bounded by its limits.
  private static let outputLimit = 1 << 20

  private let session: HTTP2Session
  private var events: [HTTP2Event] = []

  init() throws(HTTP2Error) {
    session = try HTTP2Session(role: .server, limits: HTTP2Limits())
  }

  mutating func receive(_ piece: [UInt8]) throws(HTTP2Error) {
    try session.receive(ByteBuffer(bytes: piece))
    events.removeAll(keepingCapacity: true)
    session.takeEvents(into: &events)
    for event in events {
      switch event {
      case .headers(let stream, _, endStream: true), .data(let stream, _, endStream: true):
        session.submitResponse([":status": "200"], endStream: false, on: stream)
        session.send(ByteBuffer(string: "answer"), on: stream)
        session.finish(.trailers(["grpc-status": "0"]), on: stream)
      case .data(let stream, let range, endStream: false):
        session.consume(range.count, on: stream)
      case .closed(let stream, _):
        session.release(stream)
      case .headers, .drained, .pingAcknowledged:
        break
      }
    }
    var output = ByteBuffer()
    _ = try session.drain(into: &output, upTo: Self.outputLimit)
  }
}
