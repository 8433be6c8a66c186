import HTTP2
import NIOCore
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(2))) struct CancellationTests {
  private let events: AsyncStream<String>
  private let continuation: AsyncStream<String>.Continuation
  private let router: RPCRouter

  init() {
    (events, continuation) = AsyncStream.makeStream(of: String.self)
    router = .waiting(continuation)
  }

  @Test func theDeadlineCancelsTheHandlerAndAnswers() async throws {
    try await withServer(router) { server, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let answer = await connection.exchange(
        requestHeaders("/test.Echo/Wait", [("grpc-timeout", "200m")]), pieces: [framed([])])
      #expect(answer.code == .deadlineExceeded)
      #expect(answer.isTrailersOnly)
      #expect(answer.error == nil)
      await connection.close()
      await server.shutdown(grace: .seconds(3600))
    }
    continuation.finish()
    #expect(await events.reduce(into: []) { $0.append($1) } == ["began", "cancelled"])
  }

  @Test func theDeadlineEndsARequestThatNeverEnds() async throws {
    try await withServer(router) { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let answer = await connection.exchange(
        requestHeaders("/test.Echo/Wait", [("grpc-timeout", "50m")]), pieces: [[0, 0]],
        ends: false)
      #expect(answer.code == .deadlineExceeded)
      await connection.close()
    }
  }

  @Test(arguments: ["0S", "1n"])
  func anExpiredCallIsAnsweredWithoutItsHandler(timeout: String) async throws {
    try await withServer(router) { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let answer = await connection.exchange(
        requestHeaders("/test.Echo/Wait", [("grpc-timeout", timeout)]), pieces: [framed([])])
      #expect(answer.code == .deadlineExceeded)
      #expect(answer.isTrailersOnly)
      await connection.close()
    }
    continuation.finish()
    #expect(await events.reduce(into: []) { $0.append($1) } == [])
  }

  @Test func aTimeoutOfTheClientEndsTheCall() async throws {
    try await withServer(router) { _, port in
      try await withClient(port: port) { client in
        let code = await client.code(method: .wait, timeout: .milliseconds(50))
        #expect(code == .deadlineExceeded)
        let echoed: ClientResponse<Echo> = try await client.unary(Echo([1]), method: .echo)
        #expect(echoed.message == Echo([1]))
      }
    }
  }

  @Test func aCancelledClientResetsAndTheHandlerIsCancelled() async throws {
    try await withServer(router) { _, port in
      try await withClient(port: port) { client in
        let call = Task { await client.code(method: .wait) }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "began")
        call.cancel()
        #expect(await iterator.next() == "cancelled")
        #expect(await call.value == .cancelled)
      }
    }
  }

  @Test func aCallOfACancelledTaskDoesNotBegin() async throws {
    try await withServer(router) { _, port in
      try await withClient(port: port) { client in
        let call = Task {
          while !Task.isCancelled { await Task.yield() }
          return await client.code(method: .wait)
        }
        call.cancel()
        #expect(await call.value == .cancelled)
      }
    }
  }

  @Test func aLostConnectionCancelsItsCalls() async throws {
    try await withServer(router) { _, port in
      try await withClient(port: port) { client in
        async let call = client.code(method: .wait)
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "began")
        await client.close()
        #expect(await iterator.next() == "cancelled")
        let code = await call
        #expect(code == .unavailable)
      }
    }
  }
}
