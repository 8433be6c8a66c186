import CognitoSandbox
import Synchronization
import Testing

/// Which requests meet which faults.
@Suite struct FaultPlanTests {
  @Test func faultsStrikeInOrderAndAsOftenAsTold() async throws {
    try await withSandbox { server async throws in
      server.faults.enqueue(.error(.tooManyRequests, .skipped), times: 2)
      server.faults.enqueue(.error(.internalError, .skipped))
      server.faults.enqueue(.error(.expiredToken, .skipped), times: 0)
      #expect(server.faults.pendingCount == 3)
      var types: [String?] = []
      for _ in 0..<4 { types.append(try await server.create("alice").errorType) }
      #expect(
        types == [
          "TooManyRequestsException", "TooManyRequestsException", "InternalErrorException", nil,
        ])
    }
  }

  @Test func aFaultWaitsForItsUserName() async throws {
    try await withSandbox { server async throws in
      server.faults.enqueue(.error(.internalError, .skipped), usernamePrefix: "fail-")
      #expect(try await server.create("alice").status == 200)
      #expect(try await server.create("fail-1").status == 500)
      #expect(try await server.create("fail-2").status == 200)
    }
  }

  @Test func aFaultWaitsForItsOperation() async throws {
    try await withSandbox { server async throws in
      server.faults.enqueue(
        .error(SandboxError("UserNotFoundException"), .skipped), operation: .adminGetUser)
      server.faults.enqueue(.dropBeforeBody, operation: .describeUserPool)
      #expect(try await server.create("alice").status == 200)
      #expect(try await server.get("alice").errorType == "UserNotFoundException")
      #expect(try await server.get("alice").status == 200)
      let describe = TestRequest("DescribeUserPool", #"{"UserPoolId":"\#(poolID)"}"#)
      #expect(try await server.attempt(describe) == nil)
      #expect(try await server.call(describe).status == 200)
    }
  }

  @Test func chanceRepeatsWithItsSeed() async throws {
    try await withSandbox { server async throws in
      server.faults.inject(.error(.internalError, .skipped), probability: 0.5)
      var runs: [[Int]] = []
      for _ in 0..<2 {
        server.faults.reseed(3)
        runs.append([])
        for _ in 0..<64 { runs[runs.count - 1].append(try await server.get("nobody").status) }
      }
      #expect(runs[0] == runs[1])
      #expect(Set(runs[0]) == [400, 500])
      server.faults.removeAll()
      #expect(try await server.get("nobody").status == 400)
    }
  }

  @Test func theObserverSeesARequestBeforeItsFault() async throws {
    final class Log: Sendable { let entries = Mutex<[String]>([]) }
    let log = Log()
    let observer: SandboxConfiguration.Observer = { request in
      log.entries.withLock { $0.append("\(request.operation) \(request.username ?? "")") }
    }
    try await withSandbox(observer: observer) { server async throws in
      server.faults.enqueue(.drop(.skipped))
      _ = try await server.attempt(.create("alice"))
      _ = try await server.get("bob")
    }
    #expect(log.entries.withLock { $0 } == ["adminCreateUser alice", "adminGetUser bob"])
  }
}
