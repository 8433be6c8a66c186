import HTTP2
import NIOCore
import NIOPosix

@testable import GRPC

/// What a stream received until it closed.
struct RawAnswer: Sendable {
  var sections: [HeaderFields] = []
  var body: [UInt8] = []
  var error: HTTP2ErrorCode?

  /// The last section.
  var trailers: HeaderFields { sections.last ?? HeaderFields() }
  var status: String? { trailers.first(named: "grpc-status") }
  var code: Status.Code? { status.map(Status.Code.init(wire:)) }
  var isTrailersOnly: Bool {
    sections.count == 1 && body.isEmpty && sections[0].first(named: ":status") == "200"
  }
}

/// Sends headers and bytes as they are and collects the answer.
final class RawExchange: HTTP2StreamDelegate {
  private let completion: (RawAnswer) -> Void
  private var answer = RawAnswer()

  init(completion: @escaping (RawAnswer) -> Void) {
    self.completion = completion
  }

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    answer.sections.append(headers)
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    stream.consume(data.readableBytes)
    answer.body += data.readableBytesView
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    answer.error = error
    completion(answer)
  }
}

extension HTTP2ClientConnection {
  static func connect(port: Int) async throws -> HTTP2ClientConnection {
    try await connect(
      host: "127.0.0.1", port: port, group: MultiThreadedEventLoopGroup.singleton)
  }

  /// One exchange. `pieces` leave one by one, each in a tick of the loop of its own; with `ends`
  /// false the request is never ended from this side, so that only a reset can close the stream.
  func exchange(
    _ headers: HeaderFields, pieces: [[UInt8]] = [], ends: Bool = true,
    trailers: HeaderFields? = nil
  ) async -> RawAnswer {
    await withCheckedContinuation { continuation in
      eventLoop.execute {
        let delegate = RawExchange { continuation.resume(returning: $0) }
        let stream = self.open(
          headers: headers, endStream: pieces.isEmpty && ends, delegate: delegate)
        let bound = NIOLoopBound(stream, eventLoop: self.eventLoop)
        self.send(pieces[...], ends: ends, trailers: trailers, on: bound)
      }
    }
  }

  private func send(
    _ pieces: ArraySlice<[UInt8]>, ends: Bool, trailers: HeaderFields?,
    on stream: NIOLoopBound<HTTP2Stream>
  ) {
    guard let piece = pieces.first else { return }
    stream.value.send(ByteBuffer(bytes: piece))
    if pieces.count == 1, ends { stream.value.finish(trailers: trailers) }
    eventLoop.execute {
      self.send(pieces.dropFirst(), ends: ends, trailers: trailers, on: stream)
    }
  }
}

/// The headers of a call, changed: a value of nil leaves a field out, more names are added.
func requestHeaders(
  _ path: String = MethodDescriptor.echo.path, _ change: [(String, String?)] = []
) -> HeaderFields {
  var headers = HeaderFields()
  let standard = [
    (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
    ("te", "trailers"), ("content-type", "application/grpc"),
  ]
  for (name, value) in standard {
    switch change.first(where: { $0.0 == name }) {
    case (_, let replacement?)?: headers.append(name: name, value: replacement)
    case (_, nil)?: break
    case nil: headers.append(name: name, value: value)
    }
  }
  for case (let name, let value?) in change where !standard.contains(where: { $0.0 == name }) {
    headers.append(name: name, value: value)
  }
  return headers
}

/// A message with its prefix, as bytes.
func framed(_ payload: [UInt8], flag: UInt8 = 0, length: UInt32? = nil) -> [UInt8] {
  let length = length ?? UInt32(payload.count)
  return [flag] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + payload
}
