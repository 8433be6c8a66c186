import HTTP2
import Testing

@testable import GRPC

/// What one connection may have us collect before any handler sees it.
@Suite(.timeLimit(.minutes(2))) struct CollectedBytesTests {
  private var limits: GRPCLimits {
    var limits = GRPCLimits()
    limits.collectedByteCount = 100
    return limits
  }

  private func message(_ count: Int) -> [[UInt8]] {
    [framed(Array(repeating: 1, count: count))]
  }

  @Test func aRequestAboveTheLimitIsRefused() async throws {
    try await withServer(limits: limits) { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let refused = await connection.exchange(requestHeaders(), pieces: message(100))
      #expect(refused.code == .resourceExhausted)
      // What it held is given back, and so is what each call before held.
      for _ in 0..<10 {
        let answer = await connection.exchange(requestHeaders(), pieces: message(90))
        #expect(answer.code == .ok)
      }
      await connection.close()
    }
  }

  @Test func anotherConnectionHasItsOwn() async throws {
    try await withServer(limits: limits) { _, port in
      let full = try await HTTP2ClientConnection.connect(port: port)
      async let waiting = full.exchange(
        requestHeaders("/test.Echo/Echo", [("grpc-timeout", "1S")]),
        pieces: [Array(framed(Array(repeating: 1, count: 90)).dropLast())], ends: false)
      let other = try await HTTP2ClientConnection.connect(port: port)
      let answer = await other.exchange(requestHeaders(), pieces: message(90))
      #expect(answer.code == .ok)
      #expect(await waiting.code == .deadlineExceeded)
      await full.close()
      await other.close()
    }
  }
}
