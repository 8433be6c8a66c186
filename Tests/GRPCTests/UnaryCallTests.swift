import Logging
import NIOCore
import NIOPosix
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(2))) struct UnaryCallTests {
  @Test func aMessageComesBackWithItsMetadata() async throws {
    try await withServer { _, port in
      try await withClient(port: port) { client in
        var metadata: Metadata = ["x-text": "one", "x-other": "2", "x-text": "two"]
        metadata.addBinary([0, 1, 255], forKey: "x-bytes-bin")
        let response: ClientResponse<Echo> = try await client.unary(
          Echo([1, 2, 3]), method: .echo, metadata: metadata, timeout: .seconds(60))
        #expect(response.message == Echo([1, 2, 3]))
        for echoed in [response.metadata, response.trailingMetadata] {
          #expect(echoed[stringValues: "x-text"] == ["one", "two"])
          #expect(echoed[binaryValues: "x-bytes-bin"] == [[0, 1, 255]])
        }
      }
    }
  }

  @Test(arguments: [0, 1, 16_379, 16_380, 70_000, 4 * 1024 * 1024])
  func messagesOfAnySizeUpToTheLimit(size: Int) async throws {
    try await withServer { _, port in
      try await withClient(port: port) { client in
        let message = Echo((0..<size).map { UInt8(truncatingIfNeeded: $0 % 251) })
        let response: ClientResponse<Echo> = try await client.unary(message, method: .echo)
        #expect(response.message == message)
      }
    }
  }

  @Test func aThousandCallsAtOnceOnEightConnections() async throws {
    try await withServer { _, port in
      try await withThrowingTaskGroup { connections in
        for connection in 0..<8 {
          connections.addTask {
            try await withClient(port: port) { client in
              try await Self.call(client, count: 125, seed: connection)
            }
          }
        }
        try await connections.waitForAll()
      }
    }
  }

  private static func call(_ client: GRPCClient, count: Int, seed: Int) async throws {
    try await withThrowingTaskGroup { calls in
      for index in 0..<count {
        calls.addTask {
          let message = Echo(Array(repeating: UInt8(index), count: seed * 100 + index))
          let response: ClientResponse<Echo> = try await client.unary(message, method: .echo)
          #expect(response.message == message)
        }
      }
      try await calls.waitForAll()
    }
  }

  @Test func theContextSaysWhoWhatAndUntilWhen() async throws {
    let (contexts, continuation) = AsyncStream.makeStream(of: ServerContext.self)
    let router = RPCRouter.serving(.echo) { request, context in
      continuation.yield(context)
      return ServerResponse(message: request.message)
    }
    try await withServer(router) { _, port in
      try await withClient(port: port) { client in
        let _: ClientResponse<Echo> = try await client.unary(
          Echo(), method: .echo, metadata: ["authorization": "Bearer t"], timeout: .seconds(3600))
        let _: ClientResponse<Echo> = try await client.unary(Echo(), method: .echo)
      }
    }
    var iterator = contexts.makeAsyncIterator()
    let first = try #require(await iterator.next())
    #expect(first.descriptor == .echo)
    #expect(first.peer == "127.0.0.1")
    #expect(first.metadata.firstString(forKey: "authorization") == "Bearer t")
    let remaining = try #require(first.timeRemaining)
    #expect(remaining > .seconds(3420) && remaining <= .seconds(3600))
    let second = try #require(await iterator.next())
    #expect(second.deadline == nil)
    #expect(second.timeRemaining == nil)
  }

  @Test func aHandlerRunsOnTheLoopOfItsConnectionAlsoAfterWaiting() async throws {
    let router = RPCRouter.serving(.echo) { request, _ in
      let before = MultiThreadedEventLoopGroup.currentEventLoop
      try await Task.sleep(for: .milliseconds(1))
      let after = MultiThreadedEventLoopGroup.currentEventLoop
      let isSame = before.map { before in after.map { $0 === before } ?? false } ?? false
      return ServerResponse(message: Echo([isSame ? 1 : 0]))
    }
    try await withServer(router) { _, port in
      try await withClient(port: port) { client in
        let response: ClientResponse<Echo> = try await client.unary(Echo(), method: .echo)
        #expect(response.message == Echo([1]))
      }
    }
  }

  @Test func aSlowCallDoesNotHoldUpOthersOnItsConnection() async throws {
    let (events, continuation) = AsyncStream.makeStream(of: String.self)
    try await withServer(.waiting(continuation)) { _, port in
      try await withClient(port: port) { client in
        async let slow = client.code(method: .wait)
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "began")
        let quick: ClientResponse<Echo> = try await client.unary(Echo([9]), method: .echo)
        #expect(quick.message == Echo([9]))
        await client.close()
        let code = await slow
        #expect(code == .unavailable)
      }
    }
  }

  @Test func nobodyListensIsUnavailable() async throws {
    let port = try await withServer { _, port in port }
    let error = await #expect(throws: RPCError.self) {
      try await withClient(port: port) { _ in }
    }
    #expect(error?.code == .unavailable)
    #expect(
      error?.message == "No connection to 127.0.0.1:\(port): it cannot be resolved or reached.")
  }
}
