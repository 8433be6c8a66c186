import HTTP2
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import GRPC

/// A peer that answers every request with what it was told, right or wrong.
private final class Scripted: HTTP2StreamDelegate {
  struct Script: Sendable {
    var head: HeaderFields = [":status": "200", "content-type": "application/grpc"]
    var body: [UInt8] = []
    var trailers: HeaderFields?
    var reset: HTTP2ErrorCode?
  }

  private let script: Script
  private let seen: AsyncStream<HeaderFields>.Continuation

  init(_ script: Script, seen: AsyncStream<HeaderFields>.Continuation) {
    self.script = script
    self.seen = seen
  }

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    seen.yield(headers)
    if let code = script.reset { return stream.reset(code) }
    guard let trailers = script.trailers else {
      return stream.send(headers: script.head, endStream: true)
    }
    stream.send(headers: script.head, endStream: false)
    stream.send(ByteBuffer(bytes: script.body))
    stream.finish(trailers: trailers)
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    stream.consume(data.readableBytes)
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {}
}

@Suite(.timeLimit(.minutes(2))) struct GRPCClientTests {
  private let seen: AsyncStream<HeaderFields>
  private let continuation: AsyncStream<HeaderFields>.Continuation

  init() {
    (seen, continuation) = AsyncStream.makeStream(of: HeaderFields.self)
  }

  private func call(
    _ script: Scripted.Script, request: Echo = Echo(), metadata: Metadata = Metadata(),
    timeout: Duration? = nil
  ) async throws -> Result<Echo, RPCError> {
    let continuation = continuation
    let listener = try await HTTP2Listener.bind(
      host: "127.0.0.1", port: 0, group: MultiThreadedEventLoopGroup.singleton,
      logger: Logger(label: "test")
    ) { _ in Scripted(script, seen: continuation) }
    let result = try await withClient(port: listener.localAddress.port ?? 0) { client in
      do throws(RPCError) {
        let response: ClientResponse<Echo> = try await client.unary(
          request, method: .echo, metadata: metadata, timeout: timeout)
        return Result<Echo, RPCError>.success(response.message)
      } catch {
        return Result<Echo, RPCError>.failure(error)
      }
    }
    await listener.shutdown(grace: .zero)
    return result
  }

  private func code(_ script: Scripted.Script) async throws -> Status.Code {
    try await failure(script)?.code ?? .ok
  }

  private func failure(_ script: Scripted.Script) async throws -> RPCError? {
    switch try await call(script) {
    case .success: nil
    case .failure(let error): error
    }
  }

  @Test func theRequestIsWhatTheProtocolAsksFor() async throws {
    let script = Scripted.Script(body: framed([1]), trailers: ["grpc-status": "0"])
    #expect(
      try await call(
        script, metadata: ["x-a": "1", "grpc-status": "5", "te": "gzip"], timeout: .seconds(5)
      )
      .get() == Echo([1]))
    var iterator = seen.makeAsyncIterator()
    let headers = try #require(await iterator.next())
    #expect(headers.first(named: ":method") == "POST")
    #expect(headers.first(named: ":path") == "/test.Echo/Echo")
    #expect(headers.first(named: ":scheme") == "http")
    #expect(headers.first(named: ":authority")?.hasPrefix("127.0.0.1:") == true)
    #expect(headers.values(named: "te") == ["trailers"])
    #expect(headers.first(named: "content-type") == "application/grpc")
    #expect(headers.first(named: "grpc-timeout") == "5000000u")
    #expect(headers.first(named: "x-a") == "1")
    #expect(!headers.contains(named: "grpc-status"))
  }

  @Test(arguments: [
    (HTTP2ErrorCode.refusedStream, Status.Code.unavailable), (.cancel, .cancelled),
    (.enhanceYourCalm, .resourceExhausted), (.internalError, .internalError),
    (.inadequateSecurity, .permissionDenied),
  ])
  func aResetIsAStatus(reset: HTTP2ErrorCode, code: Status.Code) async throws {
    let failure = try await failure(Scripted.Script(reset: reset))
    #expect(failure?.code == code)
    #expect(failure?.isUnprocessed == (reset == .refusedStream))
  }

  @Test func whatNeverLeftIsUnprocessed() async throws {
    let unreached = await #expect(throws: RPCError.self) {
      // Port 1 (tcpmux) of this machine: nobody listens there.
      _ = try await GRPCClient.connect(
        host: "127.0.0.1", port: 1, group: MultiThreadedEventLoopGroup.singleton)
    }
    #expect(unreached?.code == .unavailable && unreached?.isUnprocessed == true)
    let answer = try await call(Scripted.Script(), request: Echo([0xFE]))
    let unwritten = #expect(throws: RPCError.self) { try answer.get() }
    #expect(unwritten?.code == .internalError && unwritten?.isUnprocessed == true)
  }

  @Test(arguments: [
    ("503", Status.Code.unavailable), ("401", .unauthenticated), ("404", .unimplemented),
    ("500", .unknown),
  ])
  func anAnswerOfHTTPIsAStatus(status: String, code: Status.Code) async throws {
    let head: HeaderFields = [":status": status, "content-type": "text/html"]
    #expect(try await self.code(Scripted.Script(head: head)) == code)
    let page = Scripted.Script(head: head, body: Array("<html>".utf8), trailers: [:])
    #expect(try await self.code(page) == code)
  }

  @Test func aStatusOfGRPCWinsOverOneOfHTTP() async throws {
    let head: HeaderFields = [":status": "415", "grpc-status": "3", "grpc-message": "a%20b"]
    let error = await #expect(throws: RPCError.self) {
      try await call(Scripted.Script(head: head)).get()
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == "a b")
  }

  @Test func answersThatBreakTheProtocolAreErrors() async throws {
    let ok: HeaderFields = ["grpc-status": "0"]
    let none = Scripted.Script(body: [], trailers: ok)
    #expect(try await code(none) == .unimplemented)
    let cut = Scripted.Script(body: [0, 0, 0], trailers: ok)
    #expect(try await code(cut) == .unimplemented)
    let two = Scripted.Script(body: framed([1]) + framed([2]), trailers: ok)
    #expect(try await code(two) == .internalError)
    let compressed = Scripted.Script(body: framed([1], flag: 1), trailers: ok)
    #expect(try await code(compressed) == .internalError)
    let huge = Scripted.Script(body: framed([], length: .max), trailers: ok)
    #expect(try await code(huge) == .resourceExhausted)
    let undecodable = Scripted.Script(body: framed([0xFF]), trailers: ok)
    #expect(try await code(undecodable) == .internalError)
    let statusless = Scripted.Script(body: framed([1]), trailers: ["x": "y"])
    #expect(try await code(statusless) == .unknown)
    let endless = Scripted.Script(body: framed([1]), trailers: [:])
    #expect(try await code(endless) == .unknown)
    let strange = Scripted.Script(trailers: ["grpc-status": "99"])
    #expect(try await code(strange) == .unknown)
  }
}
