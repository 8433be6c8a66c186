import NIOCore
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(2))) struct ClientStreamTests {
  private func withStreamingClient<R>(
    _ notes: Notes? = nil, _ body: (GRPCClient) async throws -> R
  ) async throws -> R {
    try await withServer(.streaming(notes)) { _, port in
      try await withClient(port: port, body)
    }
  }

  @Test func aServerStreamIsASequence() async throws {
    try await withStreamingClient { client in
      let found = try await client.serverStreaming(Echo([5, 6, 7]), method: .count) {
        (responses: RPCMessages<Echo>) in
        try await responses.reduce(into: []) { $0.append($1) }
      }
      #expect(found == [Echo([5]), Echo([6]), Echo([7])])
    }
  }

  @Test func aConversation() async throws {
    try await withStreamingClient { client in
      try await client.bidirectionalStreaming(method: .chat) {
        (writer: ClientRequestWriter<Echo>, responses: RPCMessages<Echo>) in
        var iterator = responses.makeAsyncIterator()
        for byte in UInt8(2)..<20 {
          try await writer.write(Echo([byte]))
          #expect(try await iterator.next() == Echo([byte]))
        }
        try await writer.finish()
        #expect(try await iterator.next() == nil)
      }
    }
  }

  @Test func theStatusComesBehindTheMessages() async throws {
    try await withStreamingClient { client in
      let code = await code {
        try await client.bidirectionalStreaming(method: .chat) {
          (writer: ClientRequestWriter<Echo>, responses: RPCMessages<Echo>) in
          var iterator = responses.makeAsyncIterator()
          try await writer.write(Echo([2]))
          #expect(try await iterator.next() == Echo([2]))
          try await writer.write(Echo([0xFF]))
          _ = try await iterator.next()
        }
      }
      #expect(code == .internalError)
    }
  }

  @Test func failuresAreThrownByReading() async throws {
    try await withStreamingClient { client in
      let nowhere = MethodDescriptor(service: "a.B", method: "C")
      for (method, timeout, expected) in [
        (nowhere, nil, Status.Code.unimplemented),
        (.sleep, .milliseconds(50), .deadlineExceeded),
      ] as [(MethodDescriptor, Duration?, Status.Code)] {
        let code = await code {
          try await client.serverStreaming(Echo(), method: method, timeout: timeout) {
            (responses: RPCMessages<Echo>) in
            for try await _ in responses {}
          }
        }
        #expect(code == expected)
      }
    }
  }

  @Test func leavingTheBodyCancelsTheCall() async throws {
    let (events, notes) = AsyncStream.makeStream(of: String.self)
    try await withStreamingClient(notes) { client in
      try await client.serverStreaming(Echo(), method: .flood) {
        (responses: RPCMessages<Echo>) in
        for try await _ in responses { break }
      }
      var iterator = events.makeAsyncIterator()
      #expect(await iterator.next()?.hasPrefix("wrote ") == true)
    }
  }

  @Test func cancellingTheTaskCancelsTheCall() async throws {
    let (events, notes) = AsyncStream.makeStream(of: String.self)
    try await withStreamingClient(notes) { client in
      let call = Task {
        try await client.serverStreaming(Echo(), method: .sleep) {
          (responses: RPCMessages<Echo>) in
          for try await _ in responses {}
        }
      }
      var iterator = events.makeAsyncIterator()
      #expect(await iterator.next() == "began")
      call.cancel()
      #expect(await iterator.next() == "cancelled")
      await #expect(throws: CancellationError.self) { try await call.value }
    }
  }

  private func code(_ body: () async throws -> Void) async -> Status.Code? {
    do {
      try await body()
      return .ok
    } catch {
      return (error as? RPCError)?.code
    }
  }
}
