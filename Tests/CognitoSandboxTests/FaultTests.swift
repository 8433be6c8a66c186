import CognitoSandbox
import Foundation
import Testing

/// Every fault as a client sees it, and what it leaves in the pool.
@Suite struct FaultTests {
  /// The answer to a creation of `alice` that meets a fault, and whether she stands in the pool.
  private func outcome(
    of fault: SandboxFault, request: TestRequest = .create("alice")
  ) async throws -> (answer: TestAnswer?, isCreated: Bool) {
    var outcome: (answer: TestAnswer?, isCreated: Bool) = (nil, false)
    try await withSandbox { server async throws in
      server.faults.enqueue(fault)
      outcome.answer = try await server.attempt(request)
      outcome.isCreated = server.pool(poolID)?.userCount == 1
      #expect(server.faults.strikeCount == 1)
      #expect(server.faults.pendingCount == 0)
      #expect(try await server.create("next").status == 200)
    }
    return outcome
  }

  @Test(arguments: [
    (SandboxFault.dropBeforeBody, false), (.drop(.executed), true), (.drop(.skipped), false),
  ])
  func aDropLeavesNoAnswer(_ fault: SandboxFault, _ isCreated: Bool) async throws {
    let outcome = try await outcome(of: fault)
    #expect(outcome.answer == nil)
    #expect(outcome.isCreated == isCreated)
  }

  @Test func aLateExecutionOutlivesTheConnection() async throws {
    try await withSandbox { server async throws in
      server.faults.enqueue(.dropAndExecuteLater(.milliseconds(20)))
      #expect(try await server.attempt(.create("alice")) == nil)
      for _ in 0..<1000 where server.pool(poolID)?.userCount == 0 {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(server.pool(poolID)?.user(named: "alice") != nil)
    }
  }

  @Test(arguments: [SandboxFault.Execution.executed, .skipped])
  func anErrorCanHideAnExecution(_ execution: SandboxFault.Execution) async throws {
    let internalError = try await outcome(of: .error(.internalError, execution))
    #expect(internalError.answer?.status == 500)
    #expect(internalError.answer?.errorType == "InternalErrorException")
    #expect(internalError.isCreated == (execution == .executed))

    let html = try await outcome(of: .htmlBadGateway(execution))
    #expect(html.answer?.status == 502)
    #expect(html.answer?.headers["content-type"] == "text/html")
    #expect(html.answer?.text.hasPrefix("<html>") == true)
    #expect(html.isCreated == (execution == .executed))

    let empty = try await outcome(of: .emptyServiceUnavailable(execution))
    #expect(empty.answer?.status == 503)
    #expect(empty.answer?.body == [])
    #expect(empty.isCreated == (execution == .executed))
  }

  @Test func aFailedDeliveryFollowsTheCreation() async throws {
    let outcome = try await outcome(of: .error(.codeDeliveryFailure, .executed))
    #expect(outcome.answer?.errorType == "CodeDeliveryFailureException")
    #expect(outcome.isCreated)
  }

  @Test(
    arguments: [
      (SandboxErrorForm.headerAndBody, "Oops:", #""__type":"Oops""#),
      (.plain, nil, #""__type":"Oops""#),
      (.namespaced, nil, #""__type":"com.amazonaws.cognitoidentityprovider#Oops""#),
      (.url, nil, #""__type":"Oops:http://internal.amazon.com/"#),
      (.namespacedURL, nil, #""__type":"com.amazonaws.cognitoidentityprovider#Oops:http://"#),
      (.code, nil, #""code":"Oops""#), (.headerOnly, "Oops:", #"{"Message":"m"}"#),
    ] as [(SandboxErrorForm, String?, String)])
  func anErrorComesInAnyForm(
    _ form: SandboxErrorForm, _ header: String?, _ body: String
  ) async throws {
    let error = SandboxError("Oops", status: 403, message: "m", form: form)
    let outcome = try await outcome(of: .error(error, .skipped))
    #expect(outcome.answer?.status == 403)
    #expect(outcome.answer?.headers["x-amzn-errortype"] == header)
    #expect(outcome.answer?.text.contains(body) == true)
    #expect(!outcome.isCreated)
  }

  @Test func anErrorCarriesItsExtras() async throws {
    let error = SandboxError(
      "InvalidParameterException", reasonCode: "WHY", retryAfterMilliseconds: 1500)
    let outcome = try await outcome(of: .error(error, .skipped))
    #expect(outcome.answer?.headers["x-amz-retry-after"] == "1500")
    #expect(outcome.answer?.text.contains(#""reasonCode":"WHY""#) == true)
  }

  @Test func anXMLErrorIsNotJSON() async throws {
    let outcome = try await outcome(of: .xmlError(code: "SignatureDoesNotMatch", status: 403))
    #expect(outcome.answer?.status == 403)
    #expect(outcome.answer?.text.contains("<Code>SignatureDoesNotMatch</Code>") == true)
    #expect(!outcome.isCreated)
  }

  @Test func truncatedJSONIsHalfOfTheTruth() async throws {
    let outcome = try await outcome(of: .truncatedJSON)
    #expect(outcome.answer?.status == 200)
    #expect(outcome.answer?.isComplete == true)
    #expect(outcome.answer?.text.hasPrefix(#"{"User":{"Username":"alice""#) == true)
    #expect(throws: DecodingError.self) { try outcome.answer?.user }
    #expect(outcome.isCreated)
  }

  @Test func aHugeBodyIsAsLongAsAskedFor() async throws {
    let outcome = try await outcome(of: .hugeBody(byteCount: 10 << 20))
    #expect(outcome.answer?.status == 200)
    #expect(outcome.answer?.isComplete == true)
    #expect(outcome.answer?.body.count == 10 << 20)
    #expect(outcome.answer?.body.suffix(4) == Array(#"a"}}"#.utf8)[...])
    #expect(outcome.isCreated)
  }

  @Test func aContentLengthCanPromiseTooMuch() async throws {
    let outcome = try await outcome(of: .wrongContentLength(difference: 10))
    #expect(outcome.answer?.isComplete == false)
    #expect(outcome.answer?.text.hasSuffix("}") == true)
    #expect(outcome.isCreated)
  }

  @Test func aContentLengthCanPromiseTooLittle() async throws {
    try await withSandbox { server async throws in
      server.faults.enqueue(.wrongContentLength(difference: -2))
      let rest = try await TestConnection.open(to: server) { connection in
        var request = TestRequest.create("alice")
        request.extraHeaders = [("Connection", "close")]
        let answer = await connection.call(request)
        #expect(answer?.isComplete == true)
        return await connection.readToEnd()
      }
      #expect(rest == Array("}}".utf8))
    }
  }

  @Test func anAliasRaceMakesASecondUser() async throws {
    let pool = SandboxPool(id: poolID, aliasAttributes: [.email])
    try await withSandbox(pool: pool) { server async throws in
      let members = suppressed(["email": "a@example.com", "email_verified": "true"])
      _ = try await server.create("alice", members)
      server.faults.enqueue(.aliasRace)
      let answer = try await server.create("bob", members)
      #expect(answer.errorType == "AliasExistsException")
      #expect(answer.message == "Alias entry already exists for a different username")
      #expect(server.pool(poolID)?.users.map(\.username) == ["alice", "bob"])
    }
  }

  @Test func aDelayHoldsTheAnswerBack() async throws {
    let start = ContinuousClock.now
    let outcome = try await outcome(of: .delay(.milliseconds(30)))
    #expect(try outcome.answer?.user.username == "alice")
    #expect(start.duration(to: .now) >= .milliseconds(30))
  }

  @Test func aSlowBodyArrivesWhole() async throws {
    let start = ContinuousClock.now
    let outcome = try await outcome(of: .slowBody(interval: .microseconds(100)))
    let answer = try #require(outcome.answer)
    #expect(try answer.user.username == "alice")
    #expect(start.duration(to: .now) >= .microseconds(100) * answer.body.count)
  }
}
