import HTTP2
import NIOCore
import NIOPosix
import Testing

@testable import GRPC

/// The end of a streaming call finds its handler wherever it waits.
@Suite(.timeLimit(.minutes(2))) struct StreamCancellationTests {
  private let events: AsyncStream<String>
  private let notes: Notes

  init() {
    (events, notes) = AsyncStream.makeStream(of: String.self)
  }

  private func connect(_ port: Int, window: Int = 1 << 20) async throws -> HTTP2ClientConnection {
    var limits = HTTP2Limits()
    limits.streamWindow = window
    return try await .connect(
      host: "127.0.0.1", port: port, group: MultiThreadedEventLoopGroup.singleton, limits: limits)
  }

  private func collected() async -> [String] {
    notes.finish()
    return await events.reduce(into: []) { $0.append($1) }
  }

  @Test func aResetFindsTheReader() async throws {
    try await withServer(.streaming(notes)) { server, port in
      let connection = try await connect(port)
      let stream = try await RawStream.open(
        requestHeaders(MethodDescriptor.chat.path), on: connection)
      try await stream.send(framed([2]))
      #expect(await stream.body(6) == framed([2]))
      try await stream.reset()
      #expect(await stream.rest().sections.isEmpty)
      await connection.close()
      await server.shutdown(grace: .seconds(3600))
    }
    #expect(await collected() == ["began", "CancellationError"])
  }

  @Test func aResetFindsTheWriter() async throws {
    try await withServer(.streaming(notes)) { server, port in
      let connection = try await connect(port, window: 0)
      let stream = try await RawStream.open(
        requestHeaders(MethodDescriptor.flood.path), on: connection)
      try await stream.send(framed([]))
      try await stream.finish()
      guard case .headers? = await stream.next() else {
        Issue.record("no headers")
        return
      }
      try await stream.reset()
      await connection.close()
      await server.shutdown(grace: .seconds(3600))
    }
    let bound = GRPCLimits().queuedByteCount
    #expect(await collected() == ["wrote \(bound / 1029)"])
  }

  @Test func aLostConnectionFindsTheHandler() async throws {
    try await withServer(.streaming(notes)) { server, port in
      let connection = try await connect(port)
      let stream = try await RawStream.open(
        requestHeaders(MethodDescriptor.sleep.path), on: connection)
      try await stream.send(framed([]))
      try await stream.finish()
      guard case .headers? = await stream.next() else {
        Issue.record("no headers")
        return
      }
      await connection.close()
      await server.shutdown(grace: .seconds(3600))
    }
    #expect(await collected() == ["began", "cancelled"])
  }

  @Test func theDeadlineEndsAStreamBehindWhatWasSent() async throws {
    try await withServer(.streaming(notes)) { server, port in
      let connection = try await connect(port)
      let answer = await connection.exchange(
        requestHeaders(MethodDescriptor.sleep.path, [("grpc-timeout", "1S")]),
        pieces: [framed([])])
      #expect(answer.sections.count == 2)
      #expect(answer.sections[0].first(named: "x-early") == "1")
      #expect(answer.code == .deadlineExceeded)
      #expect(answer.error == nil)
      let reading = await connection.exchange(
        requestHeaders(MethodDescriptor.chat.path, [("grpc-timeout", "1S")]),
        pieces: [framed([2])], ends: false)
      #expect(reading.body == framed([2]))
      #expect(reading.code == .deadlineExceeded)
      await connection.close()
      await server.shutdown(grace: .seconds(3600))
    }
    #expect(await collected() == ["began", "cancelled", "began", "CancellationError"])
  }

  @Test func theDeadlineResetsAStreamWhosePeerDoesNotRead() async throws {
    try await withServer(.streaming(notes)) { server, port in
      let connection = try await connect(port, window: 0)
      let answer = await connection.exchange(
        requestHeaders(MethodDescriptor.flood.path, [("grpc-timeout", "200m")]),
        pieces: [framed([])])
      #expect(answer.sections.count == 1)
      #expect(answer.body.isEmpty)
      #expect(answer.error == .cancel)
      await connection.close()
      await server.shutdown(grace: .seconds(3600))
    }
    let bound = GRPCLimits().queuedByteCount
    #expect(await collected() == ["wrote \(bound / 1029)"])
  }

  @Test func aReaderInAChildTaskThatIsCancelledEndsAlone() async throws {
    var router = RPCRouter()
    router.registerBidirectionalStreaming(.chat) {
      (requests: RPCMessages<Echo>, _: ServerContext, writer: RPCWriter<Echo>) in
      await withThrowingTaskGroup { tasks in
        tasks.addTask {
          for try await request in requests { try await writer.write(request) }
        }
        tasks.addTask {}
        _ = await tasks.nextResult()
        tasks.cancelAll()
      }
      return ["x-end": "1"]
    }
    try await withServer(router) { _, port in
      let connection = try await connect(port)
      let answer = await connection.exchange(
        requestHeaders(MethodDescriptor.chat.path), pieces: [[]], ends: false)
      #expect(answer.code == .ok)
      #expect(answer.trailers.first(named: "x-end") == "1")
      await connection.close()
    }
  }

  @Test func handlersThatGoOnAfterAResetCountAgainstTheStreams() async throws {
    let gate = AsyncStream.makeStream(of: Void.self)
    var router = RPCRouter.streaming()
    let notes = notes
    router.registerUnary(.wait) {
      (request: ServerRequest<Echo>, _: ServerContext) -> ServerResponse<Echo> in
      notes.yield("began")
      // Deaf to its cancellation.
      await Task { for await _ in gate.stream { break } }.value
      return ServerResponse(message: request.message)
    }
    var limits = GRPCLimits()
    limits.http2.concurrentStreams = 3
    try await withServer(router, limits: limits) { server, port in
      let connection = try await connect(port)
      var iterator = events.makeAsyncIterator()
      for _ in 0..<3 {
        let stream = try await RawStream.open(
          requestHeaders(MethodDescriptor.wait.path), on: connection)
        try await stream.send(framed([]))
        try await stream.finish()
        #expect(await iterator.next() == "began")
        try await stream.reset()
        #expect(await stream.rest().error == .cancel)
      }
      let refused = await connection.exchange(requestHeaders(), pieces: [framed([])])
      #expect(refused.error == .refusedStream)
      #expect(refused.sections.isEmpty)
      // Another connection has its own count.
      let other = try await connect(port)
      #expect(await other.exchange(requestHeaders(), pieces: [framed([1])]).body == framed([1]))
      await other.close()
      gate.continuation.finish()
      while await connection.exchange(requestHeaders(), pieces: [framed([1])]).code != .ok {}
      await connection.close()
    }
  }
}
