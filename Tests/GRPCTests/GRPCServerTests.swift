import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(2))) struct GRPCServerTests {
  private func server(_ router: RPCRouter) async throws -> (GRPCServer, port: Int) {
    let server = GRPCServer(router: router, logger: Logger(label: "test"))
    let address = try await server.listen(
      host: "127.0.0.1", port: 0, group: MultiThreadedEventLoopGroup.singleton)
    return (server, address.port ?? 0)
  }

  @Test func itListensOnSeveralAddresses() async throws {
    let (server, first) = try await server(.echoing)
    let second = try await server.listen(
      host: "127.0.0.1", port: 0, group: MultiThreadedEventLoopGroup.singleton)
    #expect(server.localAddresses.compactMap(\.port) == [first, second.port])
    for port in server.localAddresses.compactMap(\.port) {
      try await withClient(port: port) { client in
        let _: ClientResponse<Echo> = try await client.unary(Echo(), method: .echo)
      }
    }
    await server.shutdown(grace: .zero)
  }

  @Test func anAddressInUseIsAnError() async throws {
    let (server, port) = try await server(.echoing)
    await #expect(throws: (any Error).self) {
      try await server.listen(
        host: "127.0.0.1", port: port, group: MultiThreadedEventLoopGroup.singleton)
    }
    await server.shutdown(grace: .zero)
  }

  @Test func shutdownLetsACallFinish() async throws {
    let (events, continuation) = AsyncStream.makeStream(of: String.self)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let router = RPCRouter.serving(.echo) { request, _ in
      continuation.yield("began")
      for await _ in gate { break }
      return ServerResponse(message: request.message)
    }
    let (server, port) = try await server(router)
    try await withClient(port: port) { client in
      async let call: ClientResponse<Echo> = client.unary(Echo([5]), method: .echo)
      var iterator = events.makeAsyncIterator()
      #expect(await iterator.next() == "began")
      async let stopped: Void = server.shutdown(grace: .seconds(3600))
      await Self.untilRefused(port: port)
      open.yield()
      let response = try await call
      #expect(response.message == Echo([5]))
      await stopped
    }
  }

  @Test func shutdownCutsACallWhenTheGraceIsOver() async throws {
    let (events, continuation) = AsyncStream.makeStream(of: String.self)
    let (server, port) = try await server(.waiting(continuation))
    try await withClient(port: port) { client in
      async let call = client.code(method: .wait)
      var iterator = events.makeAsyncIterator()
      #expect(await iterator.next() == "began")
      await server.shutdown(grace: .milliseconds(50))
      #expect(await iterator.next() == "cancelled")
      let code = await call
      #expect(code == .unavailable)
    }
  }

  @Test func shutdownMayBeAskedForTwice() async throws {
    let (server, port) = try await server(.echoing)
    async let first: Void = server.shutdown(grace: .seconds(3600))
    async let second: Void = server.shutdown(grace: .seconds(3600))
    _ = await (first, second)
    await server.shutdown(grace: .seconds(3600))
    await #expect(throws: RPCError.self) { try await withClient(port: port) { _ in } }
  }

  @Test func shutdownWaitsForAHandlerWhoseCallerHasGone() async throws {
    let (events, continuation) = AsyncStream.makeStream(of: String.self)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let isDone = Mutex(false)
    let router = RPCRouter.serving(.echo) { request, _ in
      continuation.yield("began")
      // Work that is shielded from cancellation.
      await Task { for await _ in gate { break } }.value
      continuation.yield("done")
      return ServerResponse(message: request.message)
    }
    let (server, port) = try await server(router)
    var iterator = events.makeAsyncIterator()
    try await withClient(port: port) { client in
      async let call = client.code(method: .echo)
      #expect(await iterator.next() == "began")
      await client.close()
      let code = await call
      #expect(code == .unavailable)
    }
    async let stopped: Void = {
      await server.shutdown(grace: .seconds(3600))
      isDone.withLock { $0 = true }
    }()
    await Self.untilRefused(port: port)
    #expect(!isDone.withLock { $0 })
    open.yield()
    #expect(await iterator.next() == "done")
    await stopped
    #expect(isDone.withLock { $0 })
  }

  /// Waits until nobody accepts on the port.
  private static func untilRefused(port: Int) async {
    while (try? await withClient(port: port) { _ in }) != nil { await Task.yield() }
  }
}
