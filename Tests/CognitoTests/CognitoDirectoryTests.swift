import Provisioning
import SigV4
import Synchronization
import Testing

@testable import Cognito

@Suite struct CognitoDirectoryTests {
  @Test func aUserIsCreated() async throws {
    let (answer, requests) = try await DirectoryScene.with(
      script: { _, _ in [.send(ScriptedServer.created)] }
    ) { scene in
      (await scene.create(Fixtures.specification(mediums: [.email])), scene.server.requests)
    }
    let created = try answer.get()
    #expect(
      created
        == CreatedUser(
          user: User(
            username: "alice", attributes: [.init(name: "sub", value: "s-1")],
            createTime: Timestamp(seconds: 1_795_239_351, nanoseconds: 916_000_000),
            status: .forceChangePassword, pool: Fixtures.pool),
          invitation: Invitation(state: .sent, mediums: [.email]),
          trace: UpstreamTrace(requestID: "55ae2950-0001", httpStatus: 200)))
    let request = try #require(requests.first)
    #expect(
      request.text
        == #"{"UserPoolId":"us-east-1_EXAMPLE","Username":"alice","#
        + #""DesiredDeliveryMediums":["EMAIL"]}"#
    )
  }

  @Test func theRequestIsSignedAndComplete() async throws {
    let credentials = AWSCredentials(
      accessKeyID: "AKIDEXAMPLE", secretAccessKey: "s", sessionToken: "TOKEN")
    let (port, requests) = try await DirectoryScene.with(
      credentials: StaticCredentials(credentials),
      script: { _, _ in [.send(ScriptedServer.created)] }
    ) { scene in
      _ = await scene.create()
      return (scene.server.port, scene.server.requests)
    }
    let request = try #require(requests.first)
    #expect(request.startLine == "POST / HTTP/1.1")
    #expect(
      request.headers.map(\.name) == [
        "host", "content-type", "user-agent", "x-amz-target", "x-amz-date",
        "x-amz-security-token", "authorization", "amz-sdk-invocation-id", "amz-sdk-request",
        "content-length",
      ])
    #expect(request.header("host") == "127.0.0.1:\(port)")
    #expect(request.header("content-type") == "application/x-amz-json-1.1")
    #expect(
      request.header("x-amz-target") == "AWSCognitoIdentityProviderService.AdminCreateUser")
    #expect(request.header("amz-sdk-request") == "attempt=1; max=3")
    #expect(Identifier(request.header("amz-sdk-invocation-id") ?? "") != nil)

    let authorization = try SigV4Verifier(service: "cognito-idp").verify(
      SigV4Verifier.Request(
        method: "POST", path: "/", headers: request.headers, body: request.body),
      epochSeconds: DirectoryScene.StoppedClock.start
    ) { _ in credentials }
    #expect(authorization.scope.region == "us-east-1")
    #expect(
      authorization.signedHeaders == [
        "content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target",
      ])
  }

  @Test(
    arguments: [
      (.send, [], .sent, [.sms]), (.send, [.email, .sms], .sent, [.email, .sms]),
      (.suppress, [.email], .suppressed, []), (.resend, [.email], .resent, [.email]),
    ] as [(MessageAction, [DeliveryMedium], Invitation.State, [DeliveryMedium])])
  func theInvitation(
    action: MessageAction, mediums: [DeliveryMedium], state: Invitation.State,
    expected: [DeliveryMedium]
  ) async throws {
    let answer = try await DirectoryScene.with(
      script: { _, _ in [.send(ScriptedServer.created)] }
    ) { await $0.create(Fixtures.specification(messageAction: action, mediums: mediums)) }
    #expect(try answer.get().invitation == Invitation(state: state, mediums: expected))
  }

  @Test func aUserWhoseInvitationFailedIsLookedUp() async throws {
    let found = ScriptedServer.answer(
      body: #"{"Username":"uuid-1","UserAttributes":[{"Name":"sub","Value":"uuid-1"}]}"#)
    let (answer, requests) = try await DirectoryScene.with(
      script: { _, number in
        [.send(number == 1 ? ScriptedServer.error("CodeDeliveryFailureException") : found)]
      }
    ) { (await $0.create(Fixtures.specification(mediums: [.email])), $0.server.requests) }
    let created = try answer.get()
    #expect(created.user.username == "uuid-1")
    #expect(created.user.sub == "uuid-1")
    #expect(
      created.invitation
        == Invitation(
          state: .failed, mediums: [.email], failureReason: "CodeDeliveryFailureException"))
    #expect(created.trace.errorType == "CodeDeliveryFailureException")
    #expect(
      requests.map { $0.header("x-amz-target") }
        == [
          "AWSCognitoIdentityProviderService.AdminCreateUser",
          "AWSCognitoIdentityProviderService.AdminGetUser",
        ])
    #expect(requests.last?.text == #"{"UserPoolId":"us-east-1_EXAMPLE","Username":"alice"}"#)
  }

  @Test(
    arguments: [
      [.send(ScriptedServer.error("AccessDeniedException"))], [.close], [],
      [.send(ScriptedServer.answer(body: "{}"))],
    ] as [[ScriptedServer.Step]])
  func aUserThatCannotBeLookedUpIsWhatWasAskedFor(_ steps: [ScriptedServer.Step]) async throws {
    let specification = Fixtures.specification(
      userAttributes: [.init(name: "email", value: "a@b.c")])
    let answer = try await DirectoryScene.with(
      limits: DirectoryScene.impatient,
      script: { _, number in
        number == 1 ? [.send(ScriptedServer.error("CodeDeliveryFailureException"))] : steps
      }
    ) { await $0.create(specification) }
    let created = try answer.get()
    #expect(
      created.user
        == User(
          username: "alice", attributes: [.init(name: "email", value: "a@b.c")],
          pool: Fixtures.pool))
    #expect(created.invitation.state == .failed)
  }

  @Test func anErrorCarriesItsTypeAndNoText() async throws {
    let failure = try await DirectoryScene.failure([
      .send(ScriptedServer.error("UsernameExistsException"))
    ])
    #expect(
      failure
        == DirectoryFailure(
          kind: .usernameExists, executed: .yes,
          trace: UpstreamTrace(
            requestID: "55ae2950-0001", httpStatus: 400, errorType: "UsernameExistsException")))
  }

  @Test func withoutCredentialsNothingIsSent() async throws {
    let (answer, count) = try await DirectoryScene.with(
      credentials: DirectoryScene.Rotation([]), script: { _, _ in [] }
    ) { (await $0.create(), $0.server.connectionCount) }
    #expect(
      answer == .failure(DirectoryFailure(kind: .credentialsUnavailable, executed: .no)))
    #expect(count == 0)
  }
}

@Suite struct ResendingTests {
  static let expired = ScriptedServer.error("ExpiredTokenException")

  @Test func aThrottledCallIsSentAgainUnderTheSameID() async throws {
    let (answer, requests) = try await DirectoryScene.with(
      script: { _, number in
        [
          .send(
            number == 1
              ? ScriptedServer.error("TooManyRequestsException") : ScriptedServer.created)
        ]
      }
    ) { (await $0.create(), $0.server.requests) }
    #expect(try answer.get().user.username == "alice")
    #expect(
      requests.map { $0.header("amz-sdk-request") } == ["attempt=1; max=3", "attempt=2; max=3"])
    #expect(Set(requests.map { $0.header("amz-sdk-invocation-id") }).count == 1)
    #expect(requests[0].body == requests[1].body)
  }

  @Test func theDeadlineForbidsToWaitForTheThrottle() async throws {
    let steps: [ScriptedServer.Step] = [
      .send(
        ScriptedServer.error("ThrottlingException", headers: ["x-amz-retry-after: 60000"]))
    ]
    // Below the shortest wait that comes of the hint (RetryPolicy.maximumHintExcess).
    let (answer, requests) = try await DirectoryScene.with(script: { _, _ in steps }) {
      (await $0.create(within: .milliseconds(4500)), $0.server.requests)
    }
    guard case .failure(let failure) = answer else {
      Issue.record("created")
      return
    }
    #expect(failure.kind == .throttled)
    #expect(failure.executed == .no)
    #expect(failure.retryAfter == .seconds(60))
    #expect(requests.count == 1)
  }

  @Test func expiredCredentialsAreRefreshedOnce() async throws {
    let rotation = DirectoryScene.Rotation([
      AWSCredentials(accessKeyID: "OLD", secretAccessKey: "a"),
      AWSCredentials(accessKeyID: "NEW", secretAccessKey: "b"),
    ])
    let (answer, requests) = try await DirectoryScene.with(
      credentials: rotation,
      script: { _, number in [.send(number == 1 ? Self.expired : ScriptedServer.created)] }
    ) { (await $0.create(), $0.server.requests) }
    #expect(try answer.get().user.username == "alice")
    #expect(requests.count == 2)
    #expect(requests[0].header("authorization")?.contains("Credential=OLD/") == true)
    #expect(requests[1].header("authorization")?.contains("Credential=NEW/") == true)
  }

  @Test func theSameCredentialsAreNotTriedTwice() async throws {
    let (answer, requests) = try await DirectoryScene.with(
      script: { _, _ in [.send(Self.expired)] }
    ) { (await $0.create(), $0.server.requests) }
    #expect(requests.count == 1)
    guard case .failure(let failure) = answer else {
      Issue.record("created")
      return
    }
    #expect(failure.kind == .credentialsRejected)
    #expect(failure.executed == .no)
  }

  @Test func aWrongClockIsCorrectedAndStaysSo() async throws {
    // 2026-11-21T05:35:51Z on our clock, ten minutes more on theirs.
    let date = "Date: Sat, 21 Nov 2026 05:45:51 GMT"
    let (answers, requests) = try await DirectoryScene.with(
      script: { _, number in
        [
          .send(
            number == 1
              ? ScriptedServer.error("InvalidSignatureException", headers: [date])
              : ScriptedServer.answer(
                headers: [date], body: #"{"User":{"Username":"alice"}}"#))
        ]
      }
    ) { ([await $0.create(), await $0.create()], $0.server.requests) }
    #expect(answers.allSatisfy { (try? $0.get()) != nil })
    #expect(
      requests.map { $0.header("x-amz-date") }
        == ["20261121T053551Z", "20261121T054551Z", "20261121T054551Z"])
  }

  @Test(
    arguments: [
      [.close], [], [.send(ScriptedServer.error("InternalErrorException"))],
      [.send(ScriptedServer.answer("503 Busy", body: ""))], [.send("HTTP/1.1 200 OK\r\n\r\n")],
      [.send(ScriptedServer.error("SignatureDoesNotMatch"))],
    ] as [[ScriptedServer.Step]])
  func whatIsInDoubtIsSentOnce(_ steps: [ScriptedServer.Step]) async throws {
    let count = try await DirectoryScene.with(
      limits: DirectoryScene.impatient, script: { _, _ in steps }
    ) { scene in
      _ = await scene.create()
      return scene.server.requests.count
    }
    #expect(count == 1)
  }
}

@Suite struct ClosedDirectoryTests {
  /// Gives the second credentials only when it is let.
  final class HeldRefresh: CredentialsProvider {
    private let asked = AsyncStream.makeStream(of: Void.self)
    private let allowed = AsyncStream.makeStream(of: Void.self)
    private let count = Mutex(0)

    func credentials() async throws(CredentialsError) -> AWSCredentials {
      let number = count.withLock { count in
        count += 1
        return count
      }
      guard number > 1 else { return Fixtures.credentials }
      asked.continuation.finish()
      for await _ in allowed.stream {}
      return AWSCredentials(accessKeyID: "NEW", secretAccessKey: "b")
    }

    func waitUntilAsked() async { for await _ in asked.stream {} }
    func allow() { allowed.continuation.finish() }
  }

  @Test func aCallBetweenTwoAttemptsIsNotSentAgain() async throws {
    let credentials = HeldRefresh()
    let (answer, count) = try await DirectoryScene.with(
      credentials: credentials,
      script: { _, number in
        [.send(number == 1 ? ResendingTests.expired : ScriptedServer.created)]
      }
    ) { scene in
      async let answer = scene.create()
      await credentials.waitUntilAsked()
      await scene.directory.close()
      credentials.allow()
      return (await answer, scene.server.requests.count)
    }
    #expect(count == 1)
    expectNotExecuted(answer)
  }

  @Test func aLateCallIsNotSent() async throws {
    let (answer, count) = try await DirectoryScene.with(
      script: { _, _ in [.send(ScriptedServer.created)] }
    ) { scene in
      _ = await scene.create()
      await scene.directory.close()
      return (await scene.create(), scene.server.requests.count)
    }
    #expect(count == 1)
    expectNotExecuted(answer)
  }

  private func expectNotExecuted(_ answer: DirectoryAnswer) {
    guard case .failure(let failure) = answer else {
      Issue.record("created")
      return
    }
    #expect(failure.kind == .unavailable)
    #expect(failure.executed == .no)
  }
}
