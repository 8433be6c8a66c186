import HTTP2
import Testing

@testable import GRPC

private struct Refused: RPCErrorConvertible {
  let rpcError = RPCError(
    code: .failedPrecondition, message: "Größe ≠ 100 %", metadata: ["grpc-retry-pushback-ms": "-1"],
    details: [8, 9, 0xFF] as [UInt8])
}

private struct Unforeseen: Error, CustomStringConvertible {
  let description = "password=hunter2"
}

@Suite(.timeLimit(.minutes(2))) struct FailureTests {
  private func failure(
    of router: RPCRouter, sending message: Echo = Echo(), method: MethodDescriptor = .echo,
    limits: GRPCLimits = GRPCLimits()
  ) async throws -> RPCError? {
    try await withServer(router, limits: limits) { _, port in
      try await withClient(port: port) { client in
        await #expect(throws: RPCError.self) {
          let _: ClientResponse<Echo> = try await client.unary(message, method: method)
        }
      }
    }
  }

  @Test(arguments: Status.Code.allCases)
  func everyCodeReachesTheClient(code: Status.Code) async throws {
    let error = try await failure(
      of: .serving(.echo) { _, _ in throw RPCError(code: code, message: "m \(code)") })
    #expect(error?.code == (code == .ok ? .unknown : code))
    #expect(error?.message == "m \(code)")
  }

  @Test func messageDetailsAndTrailersReachTheClient() async throws {
    let error = try await failure(of: .serving(.echo) { _, _ in throw Refused() })
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message == "Größe ≠ 100 %")
    #expect(error?.receivedDetails == [8, 9, 0xFF])
    #expect(error?.metadata.firstString(forKey: "grpc-retry-pushback-ms") == "-1")
  }

  @Test func ofAnUnforeseenErrorNothingIsTold() async throws {
    let error = try await failure(of: .serving(.echo) { _, _ in throw Unforeseen() })
    #expect(error?.code == .unknown)
    #expect(error?.message == "The handler failed.")
  }

  @Test func aMessageThatCannotBeDecodedIsInternalWithoutItsText() async throws {
    let error = try await failure(of: .echoing, sending: Echo([0xFF]))
    #expect(error?.code == .internalError)
    #expect(error?.message == "The message cannot be decoded.")
  }

  @Test func anAnswerThatCannotBeEncodedIsInternal() async throws {
    let error = try await failure(
      of: .serving(.echo) { _, _ in ServerResponse(message: Echo([0xFE])) })
    #expect(error?.code == .internalError)
  }

  @Test func anAnswerAboveTheLimitIsResourceExhausted() async throws {
    var limits = GRPCLimits()
    limits.maximumSendMessageLength = 10
    let error = try await failure(
      of: .serving(.echo) { _, _ in
        ServerResponse(message: Echo(Array(repeating: 0, count: 11)))
      }, limits: limits)
    #expect(error?.code == .resourceExhausted)
  }

  @Test func aRequestAboveTheLimitIsResourceExhausted() async throws {
    var limits = GRPCLimits()
    limits.maximumReceiveMessageLength = 1000
    let error = try await failure(
      of: .echoing, sending: Echo(Array(repeating: 0, count: 500_000)), limits: limits)
    #expect(error?.code == .resourceExhausted)
  }

  @Test(arguments: [
    MethodDescriptor(service: "test.Echo", method: "echo"),
    MethodDescriptor(service: "test.echo", method: "Echo"),
    MethodDescriptor(service: "test.Echo", method: "Echo/"),
    MethodDescriptor(service: "test.Echo", method: "Echo?x"),
    MethodDescriptor(service: "", method: ""),
  ])
  func anUnknownMethodIsUnimplemented(method: MethodDescriptor) async throws {
    let error = try await failure(of: .echoing, method: method)
    #expect(error?.code == .unimplemented)
  }
}
