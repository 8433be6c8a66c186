import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import HTTP2

@Suite struct HTTP2ListenerTests {
  private func pattern(_ count: Int) -> ByteBuffer {
    ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
  }

  @Test func answersManyCallsOnSeveralConnections() async throws {
    try await withListener { _, port, group in
      try await withThrowingTaskGroup { tasks in
        for connectionNumber in 0..<4 {
          tasks.addTask {
            let client = try await HTTP2ClientConnection.connect(
              host: "127.0.0.1", port: port, group: group)
            let calls = (0..<250).map { call in
              let body = ByteBuffer(string: "\(connectionNumber)/\(call)")
              return (body, client.start(body: body))
            }
            for (body, call) in calls {
              let outcome = try await call.get()
              #expect(outcome.headers == [":status": "200", "peer": "127.0.0.1"])
              #expect(outcome.body == body)
              #expect(outcome.trailers == ["grpc-status": "0"])
              #expect(outcome.error == nil)
            }
            await client.close()
          }
        }
        try await tasks.waitForAll()
      }
    }
  }

  @Test func carriesLargeBodiesThroughSmallWindows() async throws {
    var limits = HTTP2Limits()
    limits.streamWindow = 10_000
    limits.connectionWindow = 65_535
    limits.writeBatch = 20_000
    try await withListener(limits: limits) { [limits] _, port, group in
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group, limits: limits)
      let body = pattern(3_000_000)
      let calls = (0..<3).map { _ in client.start(body: body) }
      for call in calls {
        let outcome = try await call.get()
        #expect(outcome.body == body)
        #expect(outcome.trailers == ["grpc-status": "0"])
      }
      await client.close()
    }
  }

  @Test func carriesTrailersOfTheRequest() async throws {
    try await withListener { _, port, group in
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group)
      let outcome = try await client.start(
        body: ByteBuffer(string: "a"), trailers: ["x-trailer": "t"]
      ).get()
      #expect(outcome.trailers == ["echo": "t"])
      await client.close()
    }
  }

  @Test func stopsASenderThatNobodyConsumes() async throws {
    var limits = HTTP2Limits()
    limits.streamWindow = 20_000
    try await withListener(limits: limits) { _, port, group in
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group)
      // The second call goes through the same connection after the first one has stalled, so all
      // that the windows admit has left by then.
      let stalled = Mutex<NIOLoopBound<HTTP2Stream>?>(nil)
      let loop = client.eventLoop
      let silent = client.start(path: "/silent", body: pattern(200_000)) { stream in
        stalled.withLock { $0 = NIOLoopBound(stream, eventLoop: loop) }
      }
      _ = try await client.start(body: ByteBuffer(string: "b")).get()
      let bound = try #require(stalled.withLock { $0 })
      let queued = try await loop.submit { bound.value.queuedByteCount }.get()
      #expect(queued >= 200_000 - 65_535)
      try await loop.submit { bound.value.reset(.cancel) }.get()
      #expect(try await silent.get().error == .cancel)
      await client.close()
    }
  }

  @Test func answersAPeerThatSaysNoMore() async throws {
    try await expectAnswerToAPeerThatSaysNoMore { peer in
      try await peer.channel.close(mode: .output).get()
    }
  }

  @Test func tellsTheServerOfResetsAndLostConnections() async throws {
    let closes = AsyncStream.makeStream(of: HTTP2ErrorCode?.self)
    let opens = AsyncStream.makeStream(of: Void.self)
    try await withListener(
      makeDelegate: { _ in CloseReporter(opened: opens.continuation, closed: closes.continuation) }
    ) { _, port, group in
      var closed = closes.stream.makeAsyncIterator()
      var opened = opens.stream.makeAsyncIterator()
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group)
      let reset = client.start(body: ByteBuffer(string: "a")) { $0.reset(.cancel) }
      #expect(try await reset.get().error == .cancel)

      let stream = client.start(path: "/silent", trailers: [:])
      _ = await opened.next()
      await client.close()
      #expect(try await stream.get().error == .connectionLost)
      // A request that is reset in the tick of its opening may never reach the server.
      var last: HTTP2ErrorCode?
      repeat { last = await closed.next() ?? nil } while last == .cancel
      #expect(last == .connectionLost)
    }
  }

  @Test func refusesRequestsOnAClosedConnection() async throws {
    try await withListener { _, port, group in
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group)
      await client.close()
      #expect(!client.isActive)
      #expect(try await client.start().get().error == .refusedStream)
    }
  }

  @Test func shutdownLetsStreamsInFlightFinish() async throws {
    let held = AsyncStream.makeStream(of: (@Sendable () -> Void).self)
    try await withListener(makeDelegate: { _ in HeldService(held.continuation) }) {
      listener, port, group in
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group)
      let call = client.start(path: "/held")
      var iterator = held.stream.makeAsyncIterator()
      let answer = try #require(await iterator.next())
      async let shutdown: Void = listener.shutdown(grace: .seconds(60))
      // Until GOAWAY is here calls are answered; from then on they are refused.
      while try await client.start().get().error != .refusedStream {}
      #expect(client.isActive)
      answer()
      #expect(try await call.get() == .init(headers: [":status": "200"]))
      await shutdown
      await client.close()
      await #expect(throws: (any Error).self) {
        try await HTTP2ClientConnection.connect(host: "127.0.0.1", port: port, group: group)
      }
    }
  }

  @Test func shutdownCutsWhatExceedsItsGrace() async throws {
    try await withListener { listener, port, group in
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group)
      _ = try await client.start().get()
      let call = client.start(path: "/silent")
      await listener.shutdown(grace: .milliseconds(1))
      let error = try await call.get().error
      #expect(error == .connectionLost || error == .refusedStream)
      await client.close()
    }
  }
}

/// Answers at once, or, for the path `/held`, when the test says so.
private final class HeldService: HTTP2StreamDelegate {
  private let held: AsyncStream<@Sendable () -> Void>.Continuation

  init(_ held: AsyncStream<@Sendable () -> Void>.Continuation) {
    self.held = held
  }

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    guard headers.first(named: ":path") == "/held" else {
      stream.send(headers: [":status": "200"], endStream: true)
      return
    }
    let loop = stream.eventLoop
    let stream = NIOLoopBound(stream, eventLoop: loop)
    held.yield {
      loop.execute { stream.value.send(headers: [":status": "200"], endStream: true) }
    }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {}
  func streamDidDrain(_ stream: HTTP2Stream) {}
  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {}
}

/// Never answers; reports opening and end.
private final class CloseReporter: HTTP2StreamDelegate {
  private let opened: AsyncStream<Void>.Continuation
  private let closed: AsyncStream<HTTP2ErrorCode?>.Continuation

  init(
    opened: AsyncStream<Void>.Continuation, closed: AsyncStream<HTTP2ErrorCode?>.Continuation
  ) {
    self.opened = opened
    self.closed = closed
  }

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    if headers.first(named: ":path") == "/silent" { opened.yield() }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {}
  func streamDidDrain(_ stream: HTTP2Stream) {}

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    closed.yield(error)
  }
}
