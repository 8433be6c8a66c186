import Provisioning
import SigV4
import Synchronization
import Testing

@testable import Cognito

/// Pools that are called with a role, byte for byte.
@Suite struct RoleTests {
  private typealias Request = ScriptedServer.Request

  private static func isForTokens(_ request: Request) -> Bool {
    request.text.hasPrefix("Action=")
  }

  private static func tokens(_ changes: [String: String?] = [:]) -> ScriptedServer.Step {
    .send(
      "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
        + "Content-Length: \(AssumeRoleTests.answer(changes).utf8.count)\r\n\r\n"
        + AssumeRoleTests.answer(changes))
  }

  private static func refusal(_ status: String, _ code: String) -> ScriptedServer.Step {
    let body =
      "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code>"
      + "<Message>PLANTED</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    return .send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  /// Answers creations, and requests for tokens with each of the steps in turn, then the last.
  private static func script(_ answers: [[ScriptedServer.Step]]) -> ScriptedServer.Script {
    let left = Mutex(answers)
    return { request, _ in
      guard isForTokens(request) else { return [.send(ScriptedServer.created)] }
      return left.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }
    }
  }

  private static let remote = Fixtures.specification(pool: Fixtures.remotePool)

  @Test func theRoleSignsTheCall() async throws {
    let requests = try await DirectoryScene.with(script: Self.script([[Self.tokens()]])) { scene in
      _ = try await scene.create(Self.remote).get()
      _ = try await scene.create(Self.remote).get()
      _ = try await scene.create().get()
      return scene.server.requests
    }
    #expect(requests.map(Self.isForTokens) == [true, false, false, false])
    let own = Fixtures.credentials
    let role = AWSCredentials(
      accessKeyID: "ASIAROLE", secretAccessKey: "ROLESECRET+/=", sessionToken: "ROLETOKEN//")
    for (request, service, credentials) in [
      (requests[0], "sts", own), (requests[1], "cognito-idp", role),
      (requests[2], "cognito-idp", role), (requests[3], "cognito-idp", own),
    ] {
      let authorization = try SigV4Verifier(service: service).verify(
        SigV4Verifier.Request(
          method: "POST", path: "/", headers: request.headers, body: request.body),
        epochSeconds: DirectoryScene.StoppedClock.start
      ) { $0 == credentials.accessKeyID ? credentials : nil }
      #expect(authorization.scope.region == "us-east-1")
    }
    #expect(
      requests[0].headers.map(\.name) == [
        "host", "content-type", "user-agent", "x-amz-date", "authorization",
        "amz-sdk-invocation-id", "amz-sdk-request", "content-length",
      ])
    #expect(
      requests[0].header("content-type") == "application/x-www-form-urlencoded; charset=utf-8")
    #expect(requests[1].header("x-amz-security-token") == "ROLETOKEN//")
  }

  @Test func theRoleIsAssumedInTheRegionOfEachPool() async throws {
    let elsewhere = UserPool(
      id: "eu-west-1_REMOTE", region: "eu-west-1", roleARN: Fixtures.role)
    let requests = try await DirectoryScene.with(script: Self.script([[Self.tokens()]])) { scene in
      _ = try await scene.create(Self.remote).get()
      _ = try await scene.create(Fixtures.specification(pool: elsewhere)).get()
      return scene.server.requests
    }
    #expect(requests.map(Self.isForTokens) == [true, false, true, false])
    for (request, region) in zip(requests, ["us-east-1", "us-east-1", "eu-west-1", "eu-west-1"]) {
      #expect(request.header("authorization")?.contains("/\(region)/") == true)
    }
  }

  @Test func whatNoPoolNeedsIsForgotten() async throws {
    let requests = try await DirectoryScene.with(script: Self.script([[Self.tokens()]])) { scene in
      _ = try await scene.create(Self.remote).get()
      scene.directory.keepRoles(of: [Fixtures.remotePool, Fixtures.pool])
      _ = try await scene.create(Self.remote).get()
      scene.directory.keepRoles(of: [Fixtures.pool])
      _ = try await scene.create(Self.remote).get()
      return scene.server.requests
    }
    #expect(requests.map(Self.isForTokens) == [true, false, false, true, false])
  }

  @Test func manyCallsAssumeTheRoleOnce() async throws {
    let requests = try await DirectoryScene.with(script: Self.script([[Self.tokens()]])) { scene in
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<32 {
          group.addTask {
            await #expect(throws: Never.self) { try await scene.create(Self.remote).get() }
          }
        }
      }
      return scene.server.requests
    }
    #expect(requests.filter(Self.isForTokens).count == 1)
    #expect(requests.count == 33)
  }

  @Test(
    arguments: [
      ([refusal("403 Forbidden", "AccessDenied")], .accessDenied),
      ([refusal("403 Forbidden", "InvalidClientTokenId")], .credentialsRejected),
      ([refusal("403 Forbidden", "ExpiredToken")], .credentialsRejected),
      ([refusal("403 Forbidden", "SignatureDoesNotMatch")], .signatureRejected),
      ([refusal("400 Bad Request", "ValidationError")], .requestRejected),
      ([refusal("403 Forbidden", "RegionDisabledException")], .credentialsUnavailable),
      ([refusal("404 Not Found", "ResourceNotFoundException")], .credentialsUnavailable),
      ([refusal("500 Oops", "InternalFailure")], .unavailable), ([.close], .connectionLost),
      ([], .timedOut),
      ([.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")], .answerMalformed),
      ([tokens(["Expiration": "2026-11-21T05:00:00Z"])], .answerMalformed),
    ] as [([ScriptedServer.Step], DirectoryFailure.Kind)])
  func withoutTheRoleNothingIsSent(
    steps: [ScriptedServer.Step], kind: DirectoryFailure.Kind
  ) async throws {
    let (answers, requests) = try await DirectoryScene.with(
      limits: DirectoryScene.impatient, script: Self.script([steps])
    ) { scene in
      ([await scene.create(Self.remote), await scene.create(Self.remote)], scene.server.requests)
    }
    for answer in answers {
      guard case .failure(let failure) = answer else {
        Issue.record("the call was made without its role")
        return
      }
      #expect(failure.kind == kind)
      #expect(failure.executed == .no)
    }
    // The second call came within the pause.
    #expect(requests.map(Self.isForTokens) == [true])
  }

  @Test func afterThePauseTheRoleIsAssumedAgain() async throws {
    let clock = DirectoryScene.StoppedClock()
    let denied = [Self.refusal("403 Forbidden", "AccessDenied")]
    try await DirectoryScene.with(
      clock: clock, script: Self.script([denied, [Self.tokens()]])
    ) { scene in
      await #expect(throws: DirectoryFailure.self) { try await scene.create(Self.remote).get() }
      clock.seconds.withLock { $0 += RoleCredentials.pauseAfterFailure }
      _ = try await scene.create(Self.remote).get()
    }
  }

  @Test func rejectedCredentialsOfARoleAreReplacedOnce() async throws {
    let rejections = Mutex(1)
    let requests = try await DirectoryScene.with(
      script: { request, number in
        if Self.isForTokens(request) { return [Self.tokens(["AccessKeyId": "ASIA\(number)"])] }
        let isRejected = rejections.withLock { left in
          left -= 1
          return left >= 0
        }
        return [
          .send(
            isRejected
              ? ScriptedServer.error("ExpiredTokenException") : ScriptedServer.created)
        ]
      }
    ) { scene in
      _ = try await scene.create(Self.remote).get()
      return scene.server.requests
    }
    #expect(requests.map(Self.isForTokens) == [true, false, true, false])
  }

  @Test func aRoleThatIsNotAssumedAgainIsToldOnce() async throws {
    let answers = Mutex([Self.tokens(), Self.refusal("403 Forbidden", "AccessDenied")])
    let log = LogLines()
    let answer = try await DirectoryScene.with(
      logger: log.logger,
      script: { request, _ in
        guard Self.isForTokens(request) else {
          return [.send(ScriptedServer.error("ExpiredTokenException"))]
        }
        return [answers.withLock { $0.removeFirst() }]
      }
    ) { await $0.create(Self.remote) }
    #expect(throws: DirectoryFailure.self) { try answer.get() }
    #expect(log.all.filter { $0.hasPrefix("error") } == ["error cannot assume the role"])
  }
}

/// Credentials that end.
@Suite struct CredentialsExpiryTests {
  /// Gives credentials for an hour, and waits before it does when it is told to.
  private final class Hourly: CredentialsProvider {
    let clock = DirectoryScene.StoppedClock()
    let calls = Mutex(0)
    let failing = Mutex(false)

    func credentials() async throws(CredentialsError) -> AWSCredentials {
      let call = calls.withLock { calls in
        calls += 1
        return calls
      }
      if failing.withLock({ $0 }) { throw CredentialsError(tries: []) }
      return AWSCredentials(
        accessKeyID: "K\(call)", secretAccessKey: "s",
        expiration: clock.seconds.withLock { $0 } + 3600)
    }

    func advance(_ seconds: Int64) { clock.seconds.withLock { $0 += seconds } }
    var count: Int { calls.withLock { $0 } }

    func called(_ count: Int) async {
      while self.count < count { await Task.yield() }
    }
  }

  @Test func theyAreReplacedBesideTheCalls() async throws {
    let source = Hourly()
    let cache = CredentialsCache(provider: source, clock: source.clock)
    let first = try await cache.held()
    source.advance(3600 - CredentialsCache.earlyRefresh - 1)
    #expect(try await cache.held() === first)
    #expect(source.count == 1)
    source.advance(1)
    for _ in 0..<10 { _ = try await cache.held() }
    await source.called(2)
    while try await cache.held() === first { await Task.yield() }
    #expect(try await cache.held().credentials.accessKeyID == "K2")
    #expect(source.count == 2)
  }

  @Test func whileTheyAreGoodAFailureIsNobodysMatter() async throws {
    let source = Hourly()
    let cache = CredentialsCache(provider: source, clock: source.clock)
    let first = try await cache.held()
    source.failing.withLock { $0 = true }
    source.advance(3600 - CredentialsCache.earlyRefresh)
    #expect(try await cache.held() === first)
    await source.called(2)
    source.advance(CredentialsCache.earlyRefresh - CredentialsCache.lastUse - 1)
    #expect(try await cache.held() === first)
    source.advance(1)
    await #expect(throws: CredentialsError.self) { try await cache.held() }
    source.failing.withLock { $0 = false }
    let fresh = try await cache.held()
    #expect(fresh !== first)
  }
}
