import HTTP2
import NIOCore
import NIOPosix
import Testing

@testable import GRPC

/// Slow readers on either side, and what they cost.
@Suite(.timeLimit(.minutes(2))) struct BackPressureTests {
  private let events: AsyncStream<String>
  private let notes: Notes

  init() {
    (events, notes) = AsyncStream.makeStream(of: String.self)
  }

  private func connect(_ port: Int, window: Int? = nil) async throws -> HTTP2ClientConnection {
    var limits = HTTP2Limits()
    if let window { limits.streamWindow = window }
    return try await .connect(
      host: "127.0.0.1", port: port, group: MultiThreadedEventLoopGroup.singleton, limits: limits)
  }

  @Test func aWriterWaitsForAPeerThatDoesNotRead() async throws {
    try await withServer(.streaming(notes)) { _, port in
      let connection = try await connect(port, window: 1000)
      let stream = try await RawStream.open(
        requestHeaders(MethodDescriptor.flood.path), on: connection, consumes: false)
      try await stream.send(framed([]))
      try await stream.finish()
      #expect(await stream.body(1000).count == 1000)
      // The writer cannot be seen to wait; that it did is in how much it has written at the end.
      for _ in 0..<10 {
        try await stream.giveBack(1000)
        #expect(await stream.body(1000).count == 1000)
      }
      try await stream.reset()
      var iterator = events.makeAsyncIterator()
      let note = try #require(await iterator.next())
      let count = try #require(Int(note.dropFirst("wrote ".count)))
      let bound = GRPCLimits().queuedByteCount
      #expect(count * 1029 <= 11_000 + bound + 1029)
      #expect((count + 1) * 1029 > bound)
      await connection.close()
    }
  }

  @Test func tenMegabytesGoThroughASmallWindow() async throws {
    var router = RPCRouter()
    router.registerServerStreaming(.flood) {
      (_: ServerRequest<Echo>, _: ServerContext, writer: RPCWriter<Echo>) in
      for index in 0..<160 {
        try await writer.write(Echo(Array(repeating: UInt8(index), count: 65_531)))
      }
      return Metadata()
    }
    try await withServer(router) { _, port in
      let connection = try await connect(port, window: 3000)
      let answer = await connection.exchange(
        requestHeaders(MethodDescriptor.flood.path), pieces: [framed([])])
      #expect(answer.code == .ok)
      #expect(answer.body.count == 160 * 65_536)
      for index in 0..<160 {
        #expect(answer.body[index * 65_536 + 5] == UInt8(index))
      }
      await connection.close()
    }
  }

  @Test func aSenderWaitsForAHandlerThatDoesNotRead() async throws {
    let gate = AsyncStream.makeStream(of: Void.self)
    var router = RPCRouter.echoing
    router.registerClientStreaming(.total) { (requests: RPCMessages<Echo>, _: ServerContext) in
      for await _ in gate.stream { break }
      var count = 0
      for try await request in requests { count += request.bytes.count }
      return ServerResponse(message: Echo(Array("\(count)".utf8)))
    }
    var limits = GRPCLimits()
    limits.http2.streamWindow = 70_000
    try await withServer(router, limits: limits) { _, port in
      let connection = try await connect(port)
      let stream = try await RawStream.open(
        requestHeaders(MethodDescriptor.total.path), on: connection)
      let message = framed(Array(repeating: 1, count: 9995))
      for _ in 0..<1000 { try await stream.send(message) }
      try await stream.finish()
      // Another call on the connection is served, and comes behind what the window admitted.
      let echoed = await connection.exchange(requestHeaders(), pieces: [framed([1])])
      #expect(echoed.body == framed([1]))
      #expect(try await stream.queuedByteCount() == 10_000_000 - 70_000)
      gate.continuation.yield()
      let rest = await stream.rest()
      #expect(rest.body == framed(Array("9995000".utf8)))
      #expect(rest.code == .ok)
      await connection.close()
    }
  }

  @Test func aMessageLongerThanTheWindowArrives() async throws {
    var limits = GRPCLimits()
    limits.http2.streamWindow = 1000
    try await withServer(.streaming(), limits: limits) { _, port in
      let connection = try await connect(port, window: 1000)
      let message = framed(Array(repeating: 5, count: 300_000))
      let answer = await connection.exchange(
        requestHeaders(MethodDescriptor.chat.path), pieces: [message + message])
      #expect(answer.body == message + message)
      #expect(answer.code == .ok)
      await connection.close()
    }
  }

  @Test func manyTasksMayWrite() async throws {
    var router = RPCRouter()
    router.registerServerStreaming(.count) {
      (_: ServerRequest<Echo>, _: ServerContext, writer: RPCWriter<Echo>) in
      try await withThrowingTaskGroup { tasks in
        for index in 0..<100 {
          tasks.addTask {
            try await writer.write(Echo(Array(repeating: UInt8(index), count: 10_000)))
          }
        }
        try await tasks.waitForAll()
      }
      return Metadata()
    }
    try await withServer(router) { _, port in
      let connection = try await connect(port, window: 5000)
      let answer = await connection.exchange(
        requestHeaders(MethodDescriptor.count.path), pieces: [framed([])])
      #expect(answer.code == .ok)
      #expect(answer.body.count == 100 * 10_005)
      let found = stride(from: 5, to: answer.body.count, by: 10_005).map { answer.body[$0] }
      #expect(found.sorted() == Array(0..<100))
      await connection.close()
    }
  }
}
