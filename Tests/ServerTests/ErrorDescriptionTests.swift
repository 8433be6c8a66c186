import Provisioning
import Synchronization
import Testing

@testable import GRPC
@testable import Server

/// What the GRPC room's own errors become on their way out, and which of them are recorded.
@Suite struct ErrorDescriptionTests {
  /// Collects what would be recorded.
  private final class Record: Sendable {
    private let denials = Mutex<[Denial]>([])
    var reasons: [String] { denials.withLock { $0.map(\.reason) } }
    func take(_ denial: Denial) { denials.withLock { $0.append(denial) } }
  }

  /// The reason that a known caller is told, and those that are recorded.
  private func describe(_ error: RPCError) throws -> (reason: String?, recorded: [String]) {
    let callers = #"  - {id: job, anonymous: true, organizations: ["*"], permissions: ["*"]}"#
    let policy = try PolicyDocument.load(
      yaml: policyDocument(callers: "callers:\n\(callers)"), file: "p.yaml")
    var context = makeContext()
    context.principal = AuthenticatedCall(
      try makeAuthenticator(callers).caller(of: context) { TokenDraft.now }, under: policy,
      origin: CallOrigin(
        callerID: "job", authentication: .anonymous, onBehalfOf: nil, peer: context.peer),
      violations: [])
    let record = Record()
    let description = ErrorDescription(policy: { policy }, recordDenial: record.take)
    let described = description.describe(error, of: context)
    #expect(described.code == error.code)
    return ((described.details as? ErrorDetails)?.reason, record.reasons)
  }

  @Test(arguments: [
    (ServerCallStateMachine.cutMessage, "MALFORMED_REQUEST"),
    (MessageFraming.tooLong(9, limit: 8), "REQUEST_TOO_LARGE"),
  ])
  func aRequestThatCannotBeReadIsADenial(error: RPCError, reason: String) throws {
    let (told, recorded) = try describe(error)
    #expect(told == reason)
    #expect(recorded == [reason])
  }

  @Test(arguments: [
    (RPCError.tooManyBytes, "OVERLOADED"), (RPCError.noMemory, "OVERLOADED"),
    (ServerCallStateMachine.deadlineExceeded, "DEADLINE_EXCEEDED"),
    (ServerCallStateMachine.noMessage, "UNIMPLEMENTED"),
    (ChannelzView.notFound("socket"), "SOCKET_NOT_FOUND"),
  ])
  func whatIsNotTheRequestsFaultIsNone(error: RPCError, reason: String) throws {
    let (told, recorded) = try describe(error)
    #expect(told == reason)
    #expect(recorded.isEmpty)
  }
}
