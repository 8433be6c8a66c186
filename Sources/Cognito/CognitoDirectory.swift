package import Logging
package import NIOCore
package import Provisioning

/// The user pools of Amazon Cognito as the user directory. A call goes out on the event loop that
/// it is made on, by a connection of that loop.
package final class CognitoDirectory: UserDirectory {
  private let configuration: CognitoConfiguration
  private let credentials: CredentialsCache
  private let group: any EventLoopGroup
  private let loops: [ObjectIdentifier: NIOLoopBoundBox<LoopClient>]
  private let invocationIDs = InvocationIDs()
  private let logger: Logger

  /// - Parameters:
  ///   - group: the event loops that calls are made on; a call from elsewhere gets one of them.
  ///   - clock: the time that requests are signed with.
  /// - Throws: when the certificate authorities cannot be read.
  package init(
    configuration: CognitoConfiguration, credentials: any CredentialsProvider,
    group: any EventLoopGroup, clock: any WallClock, logger: Logger
  ) throws(CognitoConfigurationError) {
    let tls =
      configuration.endpoints.override?.scheme == .http
      ? nil : try TrustRoots.context(authoritiesFile: configuration.certificateAuthoritiesFile)
    self.configuration = configuration
    self.credentials = CredentialsCache(provider: credentials)
    self.group = group
    self.logger = logger
    var loops: [ObjectIdentifier: NIOLoopBoundBox<LoopClient>] = [:]
    for eventLoop in group.makeIterator() {
      loops[ObjectIdentifier(eventLoop)] = NIOLoopBoundBox.makeBoxSendingValue(
        LoopClient(
          eventLoop: eventLoop, configuration: configuration, tls: tls, clock: clock,
          logger: logger),
        eventLoop: eventLoop)
    }
    self.loops = loops
  }

  /// Creates the user, or sends its invitation again. Cancellation does not reach it; a deadline
  /// keeps the request from leaving, and does not cut an answer off.
  package func create(
    _ specification: UserSpecification, deadline: ContinuousClock.Instant?
  ) async -> DirectoryAnswer {
    let call = ServiceCall(
      operation: .adminCreateUser, pool: specification.pool,
      body: AdminCreateUser.request(specification),
      responseTimeout: configuration.limits.responseTimeout, deadline: deadline,
      invocationID: invocationIDs.next())
    switch await perform(call) {
    case .success(let answer, let trace):
      guard let user = try? AdminCreateUser.response(answer.body, pool: specification.pool) else {
        return .failure(CallOutcome.failure(.malformed, trace: trace))
      }
      return .success(
        CreatedUser(user: user, invitation: Self.invitation(of: specification), trace: trace))
    case .createdWithoutDelivery(let trace, let errorType):
      let user = await lookUp(specification)
      let invitation = Invitation(
        state: .failed, mediums: Self.mediums(of: specification), failureReason: errorType)
      return .success(CreatedUser(user: user, invitation: invitation, trace: trace))
    case .failure(let failure):
      return .failure(failure)
    }
  }

  /// Closes all connections, for good. What is in flight ends as a lost connection; what waits to
  /// be sent, for the first time or again, ends as not executed.
  package func close() async {
    for eventLoop in group.makeIterator() {
      guard let client = loops[ObjectIdentifier(eventLoop)] else { continue }
      _ = try? await eventLoop.submit { client.value.close() }.get()
    }
  }
}

// MARK: - The attempts of one call

extension CognitoDirectory {
  private func perform(_ call: ServiceCall) async -> CallOutcome {
    var history = RetryPolicy.History()
    var held: CredentialsCache.Held
    do {
      held = try await credentials.held()
    } catch {
      logger.error("no AWS credentials", metadata: ["tried": "\(error)"])
      return .failure(DirectoryFailure(kind: .credentialsUnavailable, executed: .no))
    }
    while true {
      let attempt = await attempt(call, number: history.attempts, credentials: held)
      let outcome = CallOutcome(attempt.result)
      guard case .failure(let failure) = outcome else { return outcome }
      let decision = RetryPolicy.decision(
        after: failure, history: history, clock: attempt.clock,
        remaining: call.deadline.map { ContinuousClock.now.duration(to: $0) },
        random: .random(in: 0..<1))
      switch decision {
      case .stop:
        return outcome
      case .wait(let delay):
        await pause(delay)
      case .refreshCredentials:
        history.hasRefreshedCredentials = true
        guard let fresh = await refreshed(held) else { return outcome }
        held = fresh
      case .sign:
        history.hasCorrectedClock = true
      }
      history.attempts += 1
    }
  }

  private func attempt(
    _ call: ServiceCall, number: Int, credentials: CredentialsCache.Held
  ) async -> Attempt {
    let eventLoop = group.any()
    guard let client = loops[ObjectIdentifier(eventLoop)] else {
      return Attempt(result: .failure(.unreachable))
    }
    return await withCheckedContinuation { continuation in
      if eventLoop.inEventLoop {
        client.value.attempt(call, number: number, credentials: credentials) {
          continuation.resume(returning: $0)
        }
      } else {
        eventLoop.execute {
          client.value.attempt(call, number: number, credentials: credentials) {
            continuation.resume(returning: $0)
          }
        }
      }
    }
  }

  /// `nil` when there are no other credentials than those that were rejected.
  private func refreshed(_ held: CredentialsCache.Held) async -> CredentialsCache.Held? {
    do {
      let fresh = try await credentials.refresh(replacing: held)
      return fresh.credentials == held.credentials ? nil : fresh
    } catch {
      logger.error("no AWS credentials", metadata: ["tried": "\(error)"])
      return nil
    }
  }

  private func pause(_ delay: Duration) async {
    _ = try? await group.any().scheduleTask(in: TimeAmount(delay)) {}.futureResult.get()
  }
}

// MARK: - What an answer leaves open

extension CognitoDirectory {
  /// The user whose invitation could not be delivered. When it cannot be read it is what is known
  /// without that: the request.
  private func lookUp(_ specification: UserSpecification) async -> User {
    let call = ServiceCall(
      operation: .adminGetUser, pool: specification.pool,
      body: AdminGetUser.request(pool: specification.pool, username: specification.username),
      responseTimeout: configuration.limits.lookupTimeout,
      deadline: .now + Duration(configuration.limits.lookupTimeout),
      invocationID: invocationIDs.next())
    if case .success(let answer, _) = await perform(call),
      let user = try? AdminGetUser.response(answer.body, pool: specification.pool)
    {
      return user
    }
    return User(
      username: specification.username, attributes: specification.userAttributes,
      pool: specification.pool)
  }

  private static func invitation(of specification: UserSpecification) -> Invitation {
    switch specification.messageAction {
    case .send: Invitation(state: .sent, mediums: mediums(of: specification))
    case .resend: Invitation(state: .resent, mediums: mediums(of: specification))
    case .suppress: Invitation(state: .suppressed, mediums: [])
    }
  }

  /// The API's default is SMS.
  private static func mediums(of specification: UserSpecification) -> [DeliveryMedium] {
    specification.desiredDeliveryMediums.isEmpty ? [.sms] : specification.desiredDeliveryMediums
  }
}
