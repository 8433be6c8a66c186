import Dispatch
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import HTTP2

/// A request's answer on the server side of the tests: `:status` 200, the body as it came, and
/// trailers. The path chooses a variation.
final class EchoService: HTTP2StreamDelegate {
  private var path = ""

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    guard path.isEmpty else {
      // Trailers of the request.
      stream.finish(trailers: ["echo": headers.first(named: "x-trailer") ?? ""])
      return
    }
    path = headers.first(named: ":path") ?? ""
    switch path {
    case "/silent":
      return
    case "/headers-only":
      stream.send(headers: [":status": "415"], endStream: true)
      stream.reset(.noError)
    default:
      stream.send(headers: [":status": "200", "peer": stream.connection.peer], endStream: false)
      if endStream { stream.finish(trailers: ["grpc-status": "0"]) }
    }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    guard path != "/silent" else { return }
    stream.consume(data.readableBytes)
    stream.send(data)
    if endStream { stream.finish(trailers: ["grpc-status": "0"]) }
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {}
}

/// One call of a client, whole: everything that came back, told when the stream has closed.
final class CallRecorder: HTTP2StreamDelegate {
  struct Outcome: Sendable, Equatable {
    var headers: HeaderFields?
    var body = ByteBuffer()
    var trailers: HeaderFields?
    var error: HTTP2ErrorCode?
  }

  private let promise: EventLoopPromise<Outcome>
  private var outcome = Outcome()

  init(_ promise: EventLoopPromise<Outcome>) {
    self.promise = promise
  }

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    if outcome.headers == nil {
      outcome.headers = headers
    } else {
      outcome.trailers = headers
    }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    outcome.body.writeImmutableBuffer(data)
    stream.consume(data.readableBytes)
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    outcome.error = error
    promise.succeed(outcome)
  }
}

extension HTTP2ClientConnection {
  static func requestHeaders(_ path: String) -> HeaderFields {
    [":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost"]
  }

  /// Starts a call; the future holds what has come back once the stream has closed. `after` runs
  /// on the loop with the open stream.
  func start(
    path: String = "/echo", body: ByteBuffer? = nil, trailers: HeaderFields? = nil,
    after: @escaping @Sendable (HTTP2Stream) -> Void = { _ in }
  ) -> EventLoopFuture<CallRecorder.Outcome> {
    let promise = eventLoop.makePromise(of: CallRecorder.Outcome.self)
    eventLoop.execute {
      let stream = self.open(
        headers: Self.requestHeaders(path), endStream: body == nil && trailers == nil,
        delegate: CallRecorder(promise))
      if let body { stream.send(body) }
      if body != nil || trailers != nil { stream.finish(trailers: trailers) }
      after(stream)
    }
    return promise.futureResult
  }
}

/// A listener on a free loopback port for the time of `body`.
func withListener(
  loops: Int = 2, limits: HTTP2Limits = HTTP2Limits(), tls: TLSIdentity? = nil,
  makeDelegate: @escaping @Sendable (HTTP2Stream) -> any HTTP2StreamDelegate = { _ in
    EchoService()
  },
  _ body: (HTTP2Listener, Int, any EventLoopGroup) async throws -> Void
) async throws {
  let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
  do {
    let listener = try await HTTP2Listener.bind(
      host: "127.0.0.1", port: 0, group: group, tls: tls, limits: limits,
      makeDelegate: makeDelegate)
    do {
      try await body(listener, listener.localAddress.port ?? 0, group)
    } catch {
      await listener.shutdown(grace: .zero)
      throw error
    }
    await listener.shutdown(grace: .zero)
  } catch {
    try await group.shutdownGracefully()
    throw error
  }
  try await group.shutdownGracefully()
}

/// The loop finds the request and the end of the peer's side in one turn, as it does under load.
func expectAnswerToAPeerThatSaysNoMore(
  tls: TLSIdentity? = nil, client: TLSConfiguration? = nil,
  sayNoMore: (RawPeer) async throws -> Void
) async throws {
  // No timer may end the connection while the machine is busy elsewhere.
  var limits = HTTP2Limits()
  limits.patience = PatienceLimits(all: .seconds(600))
  try await withListener(loops: 1, limits: limits, tls: tls) { _, port, group in
    let peer = try await RawPeer.connect(
      port: port, group: MultiThreadedEventLoopGroup.singleton, tls: client)
    try await peer.deliver(
      Frames.preface + Frames.settings() + Frames.settingsAcknowledgement + Frames.ping())
    _ = try #require(await peer.until { $0.type == 6 })
    let gate = DispatchSemaphore(value: 0)
    group.next().execute { gate.wait() }
    try await peer.deliver(Frames.headers(1, HeaderBlock.request(), endStream: true))
    try await sayNoMore(peer)
    gate.signal()
    let answer = await peer.untilClosed().filter { $0.type == 1 && $0.stream == 1 }
    #expect(answer.last.map { $0.flags & Frames.endStream != 0 } == true)
  }
}
