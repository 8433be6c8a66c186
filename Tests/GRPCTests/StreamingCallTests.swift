import HTTP2
import NIOCore
import Testing

@testable import GRPC

/// The three streaming kinds as a peer sees them that writes the bytes itself.
@Suite(.timeLimit(.minutes(2))) struct StreamingCallTests {
  private func withConnection<R>(
    _ router: RPCRouter = .streaming(), limits: GRPCLimits = GRPCLimits(),
    _ body: (HTTP2ClientConnection) async throws -> R
  ) async throws -> R {
    try await withServer(router, limits: limits) { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let result = try await body(connection)
      await connection.close()
      return result
    }
  }

  @Test func aServerStreamIsHeadersMessagesTrailers() async throws {
    try await withConnection { connection in
      let answer = await connection.exchange(
        requestHeaders(MethodDescriptor.count.path), pieces: [framed([5, 6, 7])])
      #expect(answer.sections.count == 2)
      #expect(answer.body == framed([5]) + framed([6]) + framed([7]))
      #expect(answer.trailers == ["grpc-status": "0", "x-trailer": "t"])
      #expect(answer.error == nil)
    }
  }

  @Test func aServerStreamNeedsOneMessage() async throws {
    try await withConnection { connection in
      let headers = requestHeaders(MethodDescriptor.count.path)
      let none = await connection.exchange(headers)
      #expect(none.code == .unimplemented && none.isTrailersOnly)
      let two = await connection.exchange(headers, pieces: [framed([1]) + framed([2])])
      #expect(two.code == .unimplemented && two.isTrailersOnly)
    }
  }

  @Test func aClientStreamOfAnyNumberOfMessagesHasOneAnswer() async throws {
    try await withConnection { connection in
      let headers = requestHeaders(MethodDescriptor.total.path)
      for count in [0, 1, 2, 1000] {
        let bytes = (0..<count).flatMap { _ in framed([1, 2, 3]) }
        let whole = await connection.exchange(headers, pieces: [bytes])
        #expect(whole.body == framed(Array("\(count) \(3 * count)".utf8)))
        #expect(whole.code == .ok)
      }
      let bytes = framed([1]) + framed([]) + framed([2, 3])
      let cut = await connection.exchange(headers, pieces: bytes.map { [$0] })
      #expect(cut.body == framed(Array("3 3".utf8)))
    }
  }

  @Test func aBidirectionalStreamAnswersEachMessageAsItComes() async throws {
    try await withConnection { connection in
      let stream = try await RawStream.open(
        requestHeaders(MethodDescriptor.chat.path), on: connection)
      for byte in UInt8(2)..<10 {
        try await stream.send(framed([byte]))
        #expect(await stream.body(6) == framed([byte]))
      }
      try await stream.finish()
      let rest = await stream.rest()
      #expect(rest.code == .ok)
      #expect(rest.error == nil)
    }
  }

  @Test func anEarlyAnswerStopsTheSenderBehindItsTrailers() async throws {
    try await withConnection { connection in
      let answer = await connection.exchange(
        requestHeaders(MethodDescriptor.chat.path), pieces: [framed([1])], ends: false)
      #expect(answer.body == framed([1]))
      #expect(answer.code == .ok)
      #expect(answer.error == nil)
    }
  }

  @Test func headersMayLeaveBeforeTheFirstMessage() async throws {
    try await withConnection { connection in
      let stream = try await RawStream.open(
        requestHeaders(MethodDescriptor.sleep.path), on: connection)
      try await stream.send(framed([]))
      try await stream.finish()
      #expect(
        await stream.next()
          == .headers(
            [":status": "200", "content-type": "application/grpc", "x-early": "1"],
            endStream: false))
      try await stream.reset()
    }
  }

  @Test(arguments: [MethodDescriptor.total, .chat])
  func badBytesOfAStreamEndIt(method: MethodDescriptor) async throws {
    let table: [([UInt8], Bool, Status.Code)] = [
      ([2], false, .internalError), ([0, 0, 0x40, 0, 1], false, .resourceExhausted),
      ([0, 0, 0], true, .internalError), ([0, 0, 0, 0, 3, 1], true, .internalError),
      (framed([0xFF]), false, .internalError), ([1, 0, 0, 0, 0], false, .internalError),
    ]
    try await withConnection { connection in
      for (bytes, ends, code) in table {
        let alone = await connection.exchange(
          requestHeaders(method.path), pieces: [bytes], ends: ends)
        #expect(alone.isTrailersOnly)
        #expect(alone.code == code, "\(bytes)")
        let second = await connection.exchange(
          requestHeaders(method.path), pieces: [framed([2]), bytes], ends: ends)
        #expect(second.code == code, "\(bytes)")
      }
    }
  }

  @Test func calledFromAnyTaskItWorks() async throws {
    var router = RPCRouter()
    router.registerBidirectionalStreaming(.chat) {
      (requests: RPCMessages<Echo>, _: ServerContext, writer: RPCWriter<Echo>) in
      try await Task.detached {
        for try await request in requests { try await writer.write(request) }
      }.value
      return Metadata()
    }
    try await withConnection(router) { connection in
      let bytes = (0..<500).flatMap { framed(Array(repeating: UInt8($0 % 200), count: $0)) }
      let answer = await connection.exchange(
        requestHeaders(MethodDescriptor.chat.path),
        pieces: [Array(bytes[..<999]), [], bytes[999...] + []])
      #expect(answer.body == bytes)
      #expect(answer.code == .ok)
    }
  }
}
