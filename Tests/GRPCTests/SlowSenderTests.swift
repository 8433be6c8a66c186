import HTTP2
import NIOCore
import Testing

@testable import GRPC

/// A message that has begun must go on; a stream that is merely open may be silent.
@Suite(.timeLimit(.minutes(2))) struct SlowSenderTests {
  private func withConnection(_ body: (HTTP2ClientConnection) async throws -> Void) async throws {
    var limits = GRPCLimits()
    limits.http2.patience.body = .milliseconds(300)
    try await withServer(.streaming(), limits: limits) { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      try await body(connection)
      await connection.close()
    }
  }

  @Test(
    arguments: [MethodDescriptor.echo, .count, .chat, .total], [[], [0, 0], [0, 0, 0, 0, 9, 1]])
  func whoStopsInsideAMessageLosesTheStream(
    method: MethodDescriptor, piece: [UInt8]
  ) async throws {
    // Between the messages of a stream there is nothing to wait for.
    guard !piece.isEmpty || method == .echo || method == .count else { return }
    try await withConnection { connection in
      let stream = try await RawStream.open(requestHeaders(method.path), on: connection)
      try await stream.send(piece)
      #expect(await stream.rest().error == .cancel)
    }
  }

  @Test func whoStopsBetweenMessagesKeepsIt() async throws {
    try await withConnection { connection in
      let idle = try await RawStream.open(
        requestHeaders(MethodDescriptor.chat.path), on: connection)
      try await idle.send(framed([2]))
      #expect(await idle.body(6) == framed([2]))
      // Another stream is cut for its silence in the meantime.
      let cut = try await RawStream.open(
        requestHeaders(MethodDescriptor.chat.path), on: connection)
      try await cut.send([0])
      #expect(await cut.rest().error == .cancel)
      try await idle.send(framed([3]))
      #expect(await idle.body(6) == framed([3]))
      try await idle.finish()
      #expect(await idle.rest().code == .ok)
    }
  }
}
