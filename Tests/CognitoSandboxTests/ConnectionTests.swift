import CognitoSandbox
import Logging
import NIOPosix
import Testing

@Suite struct ConnectionTests {
  @Test func aConnectionIsKeptAlive() async throws {
    try await withSandbox { server async throws in
      try await TestConnection.open(to: server) { connection in
        for number in 0..<10 {
          #expect(await connection.call(.create("user\(number)"))?.status == 200)
        }
      }
      #expect(server.requestCount == 10)
      #expect(server.connectionCount == 1)
    }
  }

  @Test func aReusedConnectionCanBeDropped() async throws {
    try await withSandbox { server async throws in
      server.faults.enqueue(.dropOnReuse)
      try await TestConnection.open(to: server) { connection in
        #expect(await connection.call(.create("alice"))?.status == 200)
        #expect(await connection.call(.create("bob")) == nil)
      }
      #expect(server.faults.pendingCount == 0)
      #expect(server.pool(poolID)?.users.map(\.username) == ["alice"])
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await withSandbox { server async throws in
      server.faults.enqueue(.delay(.milliseconds(20)), usernamePrefix: "b")
      server.faults.enqueue(.slowBody(interval: .microseconds(50)), usernamePrefix: "c")
      let names = try await TestConnection.open(to: server) { connection in
        var bytes: [UInt8] = []
        for name in ["a", "b", "c", "d"] {
          bytes += TestRequest.create(name).bytes(host: connection.host)
        }
        await connection.send(bytes)
        var names: [String?] = []
        for _ in 0..<4 { names.append(try await connection.readAnswer()?.user.username) }
        return names
      }
      #expect(names == ["a", "b", "c", "d"])
      #expect(server.pool(poolID)?.users.map(\.username) == ["a", "b", "c", "d"])
    }
  }

  @Test func aClientMayWantNoMore() async throws {
    try await withSandbox { server async throws in
      var request = TestRequest.create("alice")
      request.extraHeaders = [("Connection", "close")]
      let closing = request
      try await TestConnection.open(to: server) { connection in
        #expect(await connection.call(closing)?.status == 200)
        #expect(await connection.readAnswer() == nil)
      }
    }
  }

  @Test func aBodyMayComeInPieces() async throws {
    try await withSandbox { server async throws in
      try await TestConnection.open(to: server) { connection in
        let bytes = TestRequest.create("alice").bytes(host: connection.host)
        for start in stride(from: 0, to: bytes.count, by: 7) {
          await connection.send(Array(bytes[start..<min(start + 7, bytes.count)]))
        }
        #expect(await connection.readAnswer()?.status == 200)
      }
    }
  }

  @Test func aClientMayWaitForLeave() async throws {
    try await withSandbox { server async throws in
      var request = TestRequest.create("alice")
      request.extraHeaders = [("Expect", "100-continue")]
      let waiting = request
      try await TestConnection.open(to: server) { connection in
        #expect(await connection.call(waiting)?.status == 100)
        #expect(await connection.readAnswer()?.status == 200)
      }
    }
  }

  @Test func aBodyBeyondTheLimitIsRefused() async throws {
    try await withSandbox { server async throws in
      let metadata = String(repeating: "v", count: 3 << 20)
      let answer = try await server.attempt(
        .create("alice", #""ClientMetadata":{"k":"\#(metadata)"}"#))
      // The close may overtake the answer while the body is still being sent.
      #expect(answer == nil || answer?.status == 413)
      #expect(server.pool(poolID)?.userCount == 0)
      #expect(try await server.create("bob").status == 200)
    }
  }

  @Test(arguments: [
    "\u{16}\u{3}\u{1} hello", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET\r\n\r\n",
  ])
  func garbageIsNoRequest(_ text: String) async throws {
    try await withSandbox { server async throws in
      let reply = try await TestConnection.open(to: server) { connection in
        await connection.send(Array(text.utf8))
        return await connection.readToEnd()
      }
      #expect(String(decoding: reply, as: UTF8.self).hasPrefix("HTTP/1.1 400 "))
      #expect(try await server.create("alice").status == 200)
    }
  }

  @Test(arguments: ["application/json", "application/x-amz-json-1.0", nil])
  func anotherProtocolIsNotRecognized(_ contentType: String?) async throws {
    try await withSandbox { server async throws in
      var request = TestRequest.create("alice")
      request.contentType = contentType
      let answer = try await server.call(request)
      #expect(answer.status == 404)
      #expect(answer.text.contains("<UnknownOperationException/>"))
    }
  }

  @Test func aShutdownClosesEveryConnection() async throws {
    try await withSandbox { server async throws in
      try await TestConnection.open(to: server) { connection in
        #expect(await connection.call(.create("alice"))?.status == 200)
        await server.shutdown()
        #expect(await connection.readAnswer() == nil)
      }
      await #expect(throws: (any Error).self) { try await server.attempt(.create("bob")) }
    }
  }
}

@Suite struct SandboxStartTests {
  private func start(host: String, port: Int = 0) async throws -> SandboxServer {
    try await SandboxServer.start(
      host: host, port: port, group: MultiThreadedEventLoopGroup.singleton,
      configuration: SandboxConfiguration(pools: [], credentials: []),
      logger: Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() })
  }

  @Test(arguments: ["0.0.0.0", "192.0.2.1"])
  func itListensOnLoopbackOnly(_ host: String) async throws {
    let error = await #expect(throws: SandboxStartError.self) { try await start(host: host) }
    #expect(error == .notLoopback(host: host))
    #expect(error?.description.contains("loopback addresses only") == true)
  }

  @Test func aTakenPortIsSaid() async throws {
    let first = try await start(host: "127.0.0.1")
    let error = await #expect(throws: SandboxStartError.self) {
      try await start(host: "127.0.0.1", port: first.port)
    }
    #expect(error?.description.hasPrefix("the sandbox cannot listen on 127.0.0.1:") == true)
    await first.shutdown()
  }
}
