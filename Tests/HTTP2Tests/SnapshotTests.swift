import NIOCore
import NIOPosix
import Testing

@testable import HTTP2

@Suite(.timeLimit(.minutes(5))) struct SnapshotTests {
  @Test func countsWhatAConnectionDoes() async throws {
    try await withListener(makeDelegate: { _ in CountingService() }) { listener, port, group in
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group)
      for _ in 0..<3 {
        #expect(try await client.start(body: ByteBuffer(string: "a")).get().error == nil)
      }
      #expect(try await client.start(path: "/reset").get().error == .cancel)
      let snapshot = await listener.snapshot()
      let connection = try #require(snapshot.connections.first)
      #expect(snapshot.connections.count == 1)
      #expect(snapshot.acceptedConnections == 1 && snapshot.refusedConnections == 0)
      #expect(connection.counters.streamsStarted == 4)
      #expect(connection.counters.streamsSucceeded == 3)
      #expect(connection.counters.streamsFailed == 1)
      #expect(connection.counters.messagesReceived == 3)
      #expect(connection.counters.messagesSent == 3)
      #expect(connection.counters.keepalivesSent == 0)
      // SETTINGS and its answer, a window, and two frames for each request with a body.
      #expect(connection.counters.framesReceived >= 9)
      #expect(connection.counters.bytesReceived > 100)
      #expect(connection.counters.bytesSent > 60)
      #expect(connection.localAddress == listener.localAddress)
      #expect(connection.remoteAddress?.ipAddress == "127.0.0.1")
      #expect(!connection.isSecured)
      #expect(connection.localWindow > 65_535)
      #expect(connection.remoteWindow > 65_535)
      #expect(connection.timeSinceLastStream != nil)
      #expect(connection.timeSinceLastMessageSent != nil)
      #expect(connection.timeSinceLastMessageReceived != nil)
      await client.close()
    }
  }

  @Test func neverUsesANumberAgain() async throws {
    var seen: Set<HTTP2Identifier> = []
    for _ in 0..<3 {
      try await withListener { listener, port, group in
        for _ in 0..<3 {
          let client = try await HTTP2ClientConnection.connect(
            host: "127.0.0.1", port: port, group: group)
          _ = try await client.start().get()
          let snapshot = await listener.snapshot()
          for id in snapshot.connections.map(\.id) { seen.insert(id) }
          await client.close()
          while await !listener.snapshot().connections.isEmpty { await Task.yield() }
        }
        seen.insert(listener.id)
      }
    }
    #expect(seen.count == 12)
  }

  /// A PING of ours is a keep-alive; the two that end a connection are not.
  @Test func countsKeepalives() async throws {
    var limits = HTTP2Limits()
    limits.life.keepaliveTime = .milliseconds(20)
    try await withListener(limits: limits) { listener, port, group in
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group)
      _ = try await client.start().get()
      var sent = 0
      while sent < 2 {
        await Task.yield()
        sent = await listener.snapshot().connections.first?.counters.keepalivesSent ?? .max
      }
      #expect(sent < .max)
      #expect(client.isActive)
      await client.close()
    }
  }

  #if os(Linux)
    /// gRFC A18.
    @Test(arguments: [(nil, 0), (.seconds(7_200), 3_000)] as [(Duration?, Int)])
    func tellsTheKernelHowLongToWait(_ keepaliveTime: Duration?, _ expected: Int) async throws {
      var limits = HTTP2Limits()
      limits.life.keepaliveTime = keepaliveTime
      limits.life.keepaliveTimeout = .seconds(3)
      try await withListener(limits: limits) { listener, port, group in
        let client = try await HTTP2ClientConnection.connect(
          host: "127.0.0.1", port: port, group: group)
        _ = try await client.start().get()
        let channel = try #require(listener.connections.figures.open.first)
        let option = UserTimeout.option
        // The kernel writes four bytes of the eight.
        #expect(try await channel.getOption(option).get() & 0xffff_ffff == expected)
        await client.close()
      }
    }
  #endif
}

private final class CountingService: HTTP2StreamDelegate {
  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    if headers.first(named: ":path") == "/reset" { stream.reset(.cancel) }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    stream.consume(data.readableBytes)
    guard endStream else { return }
    stream.countMessageReceived(byteCount: 3)
    stream.countMessageSent(byteCount: 5)
    stream.send(headers: [":status": "200"], endStream: true)
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}
  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {}
}
