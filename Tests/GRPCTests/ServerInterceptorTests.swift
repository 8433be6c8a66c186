import HTTP2
import Synchronization
import Testing

@testable import GRPC

private final class Journal: Sendable {
  private let lines = Mutex<[String]>([])

  func note(_ line: String) {
    lines.withLock { $0.append(line) }
  }

  var all: [String] { lines.withLock { $0 } }
}

/// What an interceptor added to a context.
private final class Trail: Sendable {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  static func text(of context: ServerContext) -> String? {
    (context.principal as? Trail)?.text
  }
}

private final class Noting: ServerInterceptor {
  let name: String
  let journal: Journal

  init(name: String, journal: Journal) {
    self.name = name
    self.journal = journal
  }

  func callDidArrive(_ context: inout ServerContext) throws(RPCError) {
    journal.note("\(name) > \(context.descriptor)")
    context.principal = Trail((Trail.text(of: context) ?? "") + name)
  }

  func callDidEnd(_ context: ServerContext, status: Status, traffic: MessageTraffic) {
    journal.note(
      "\(name) < \(context.descriptor) \(status.code.name) \(Trail.text(of: context) ?? "-")")
  }
}

private final class Refusing: ServerInterceptor {
  func callDidArrive(_ context: inout ServerContext) throws(RPCError) {
    guard context.metadata.firstString(forKey: "authorization") == "Bearer ok" else {
      throw RPCError(code: .unauthenticated, message: "A token is needed.")
    }
  }
}

@Suite(.timeLimit(.minutes(2))) struct ServerInterceptorTests {
  private let journal = Journal()

  private func call(
    _ interceptors: [any ServerInterceptor], method: MethodDescriptor = .echo,
    metadata: Metadata = Metadata(), message: Echo = Echo()
  ) async throws -> Status.Code {
    let journal = journal
    let router = RPCRouter.serving(.echo) { request, context in
      journal.note("handler \(Trail.text(of: context) ?? "-")")
      return ServerResponse(message: request.message)
    }
    return try await withServer(router, interceptors: interceptors) { _, port in
      try await withClient(port: port) { client in
        await client.code(message, method: method, metadata: metadata)
      }
    }
  }

  @Test func theyStandAroundTheHandlerInOrder() async throws {
    let interceptors = ["a", "b"].map { Noting(name: $0, journal: journal) }
    #expect(try await call(interceptors) == .ok)
    #expect(
      journal.all == [
        "a > test.Echo/Echo", "b > test.Echo/Echo", "handler ab",
        "b < test.Echo/Echo OK ab", "a < test.Echo/Echo OK ab",
      ])
  }

  @Test func oneThatThrowsKeepsTheHandlerOut() async throws {
    let interceptors: [any ServerInterceptor] = [
      Noting(name: "a", journal: journal), Refusing(), Noting(name: "b", journal: journal),
    ]
    // The message could not be decoded either: who calls is asked first.
    #expect(try await call(interceptors, message: Echo([0xFF])) == .unauthenticated)
    #expect(
      journal.all == [
        "a > test.Echo/Echo", "b < test.Echo/Echo UNAUTHENTICATED a",
        "a < test.Echo/Echo UNAUTHENTICATED a",
      ])
    #expect(try await call([Refusing()], metadata: ["authorization": "Bearer ok"]) == .ok)
  }

  @Test(arguments: [MethodDescriptor.echo, .count, .total, .chat])
  func aRefusalAtTheHeadersWaitsForNoMessage(method: MethodDescriptor) async throws {
    let interceptors: [any ServerInterceptor] = [
      Noting(name: "a", journal: journal), Closed(), Noting(name: "b", journal: journal),
    ]
    try await withServer(.streaming(), interceptors: interceptors) { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let stream = try await RawStream.open(requestHeaders(method.path), on: connection)
      let answer = await stream.rest()
      #expect(answer.isTrailersOnly)
      #expect(answer.code == .unauthenticated)
      #expect(answer.error == nil)
      await connection.close()
    }
    #expect(
      journal.all == [
        "a > \(method)", "b < \(method) UNAUTHENTICATED a", "a < \(method) UNAUTHENTICATED a",
      ])
  }

  @Test func callsRefusedBeforeTheHandlerEndThereToo() async throws {
    let interceptors = [Noting(name: "a", journal: journal)]
    let method = MethodDescriptor(service: "made.up", method: "Name")
    #expect(try await call(interceptors, method: method) == .unimplemented)
    #expect(journal.all == ["a > /other", "a < /other UNIMPLEMENTED a"])
  }

  @Test("A call of no method that there is may be refused like any other")
  func aMethodThatIsNotThereIsAnnounced() async throws {
    let method = MethodDescriptor(service: "made.up", method: "Name")
    #expect(try await call([Closed()], method: method) == .unauthenticated)
  }

  @Test func aDeadlineAndAResetAreTheStatusThatIsSeen() async throws {
    let (events, continuation) = AsyncStream.makeStream(of: String.self)
    let interceptors = [Noting(name: "a", journal: journal)]
    try await withServer(.waiting(continuation), interceptors: interceptors) { server, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let first = await connection.exchange(
        requestHeaders("/test.Echo/Wait", [("grpc-timeout", "200m")]), pieces: [framed([])])
      #expect(first.code == .deadlineExceeded)
      var iterator = events.makeAsyncIterator()
      #expect(await iterator.next() == "began")
      #expect(await iterator.next() == "cancelled")
      async let second = connection.exchange(
        requestHeaders("/test.Echo/Wait"), pieces: [framed([])])
      #expect(await iterator.next() == "began")
      await connection.close()
      let answer = await second
      #expect(answer.error == .connectionLost)
      await server.shutdown(grace: .seconds(3600))
    }
    #expect(
      journal.all == [
        "a > test.Echo/Wait", "a < test.Echo/Wait DEADLINE_EXCEEDED a",
        "a > test.Echo/Wait", "a < test.Echo/Wait CANCELLED a",
      ])
  }
}

/// Refuses every call at its headers.
private final class Closed: ServerInterceptor {
  func callDidArrive(_ context: inout ServerContext) throws(RPCError) {
    throw RPCError(code: .unauthenticated, message: "A token is needed.")
  }
}
