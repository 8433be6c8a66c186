import HTTP2
import NIOCore
import NIOPosix

@testable import GRPC

/// A stream that is driven by hand: what it receives comes out one by one, and windows are given
/// back only when asked for.
final class RawStream: HTTP2StreamDelegate, @unchecked Sendable {
  enum Event: Equatable {
    case headers(HeaderFields, endStream: Bool)
    case data([UInt8], endStream: Bool)
    case closed(HTTP2ErrorCode?)
  }

  private let connection: HTTP2ClientConnection
  private let consumes: Bool
  private let events: AsyncStream<Event>
  private let continuation: AsyncStream<Event>.Continuation
  /// Touched on the connection's event loop alone.
  private var stream: HTTP2Stream?

  /// - Parameter consumes: whether the window of each byte is given back when it comes.
  init(_ connection: HTTP2ClientConnection, consumes: Bool = true) {
    self.connection = connection
    self.consumes = consumes
    (events, continuation) = AsyncStream.makeStream()
  }

  static func open(
    _ headers: HeaderFields, on connection: HTTP2ClientConnection, consumes: Bool = true
  ) async throws -> RawStream {
    let stream = RawStream(connection, consumes: consumes)
    try await stream.onLoop {
      $0.stream = connection.open(headers: headers, endStream: false, delegate: $0)
    }
    return stream
  }

  // MARK: Sending

  func send(_ bytes: [UInt8]) async throws {
    try await onLoop { $0.stream?.send(ByteBuffer(bytes: bytes)) }
  }

  func finish() async throws {
    try await onLoop { $0.stream?.finish(trailers: nil) }
  }

  func reset(_ code: HTTP2ErrorCode = .cancel) async throws {
    try await onLoop { $0.stream?.reset(code) }
  }

  func giveBack(_ byteCount: Int) async throws {
    try await onLoop { $0.stream?.consume(byteCount) }
  }

  /// Bytes sent that the server's windows have not admitted.
  func queuedByteCount() async throws -> Int {
    try await connection.eventLoop.submit { self.stream?.queuedByteCount ?? 0 }.get()
  }

  private func onLoop(_ body: @escaping @Sendable (RawStream) -> Void) async throws {
    try await connection.eventLoop.submit { body(self) }.get()
  }

  // MARK: Receiving

  /// The next thing received; nil behind the end.
  func next() async -> Event? {
    var iterator = events.makeAsyncIterator()
    return await iterator.next()
  }

  /// The bytes of the next `count` messages with their prefixes, whatever the frames. Headers are
  /// passed over; fewer bytes where the stream ends before.
  func body(_ byteCount: Int) async -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < byteCount, let event = await next() {
      if case .data(let more, _) = event { bytes += more }
    }
    return bytes
  }

  /// Everything from here to the close.
  func rest() async -> RawAnswer {
    var answer = RawAnswer()
    while let event = await next() {
      switch event {
      case .headers(let headers, _): answer.sections.append(headers)
      case .data(let bytes, _): answer.body += bytes
      case .closed(let error): answer.error = error
      }
    }
    return answer
  }

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    continuation.yield(.headers(headers, endStream: endStream))
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    if consumes { stream.consume(data.readableBytes) }
    continuation.yield(.data(Array(data.readableBytesView), endStream: endStream))
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    continuation.yield(.closed(error))
    continuation.finish()
    self.stream = nil
  }
}
