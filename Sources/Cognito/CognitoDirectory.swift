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
    let attempt = await perform(creation(of: specification, deadline: deadline))
    if case .createdWithoutDelivery = attempt.outcome {
      return await created(specification, withoutDelivery: attempt)
    }
    return Self.answer(attempt.outcome, to: specification)
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
  private func perform(_ call: ServiceCall) async -> Attempt {
    let held: CredentialsCache.Held
    do {
      held = try await credentials.held()
    } catch {
      logger.error("no AWS credentials", metadata: ["tried": "\(error)"])
      return Attempt(.failure(.withoutCredentials))
    }
    let first = await attempt(call, number: 1, credentials: held)
    guard case .failure = first.outcome else { return first }
    return await attemptAgain(call, after: first, credentials: held)
  }

  /// As often as the policy has it.
  private func attemptAgain(
    _ call: ServiceCall, after first: Attempt, credentials: CredentialsCache.Held
  ) async -> Attempt {
    var last = first
    var held = credentials
    var history = RetryPolicy.History()
    while case .failure(let failure) = last.outcome {
      let decision = RetryPolicy.decision(
        after: failure, history: history, clock: last.clock,
        remaining: call.deadline.map { ContinuousClock.now.duration(to: $0) },
        random: .random(in: 0..<1))
      switch decision {
      case .stop:
        return last
      case .wait(let delay):
        await pause(delay)
      case .refreshCredentials:
        history.hasRefreshedCredentials = true
        guard let fresh = await refreshed(held) else { return last }
        held = fresh
      case .sign:
        history.hasCorrectedClock = true
      }
      history.attempts += 1
      last = await attempt(call, number: history.attempts, credentials: held)
    }
    return last
  }

  private func attempt(
    _ call: ServiceCall, number: Int, credentials: CredentialsCache.Held
  ) async -> Attempt {
    let eventLoop = group.any()
    guard let client = loops[ObjectIdentifier(eventLoop)] else {
      return Attempt(.failure(.unreachable))
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

// MARK: - Requests and answers

extension CognitoDirectory {
  private func creation(
    of specification: UserSpecification, deadline: ContinuousClock.Instant?
  ) -> ServiceCall {
    ServiceCall(
      operation: .adminCreateUser, pool: specification.pool,
      body: AdminCreateUser.request(specification),
      responseTimeout: configuration.limits.responseTimeout, deadline: deadline,
      invocationID: invocationIDs.next())
  }

  private static func answer(
    _ outcome: CallOutcome, to specification: UserSpecification
  ) -> DirectoryAnswer {
    switch outcome {
    case .success(let body, let trace):
      guard let user = try? AdminCreateUser.response(body, pool: specification.pool) else {
        return .failure(CallOutcome.failure(.malformed, trace: trace))
      }
      return .success(
        CreatedUser(user: user, invitation: specification.expectedInvitation, trace: trace))
    case .createdWithoutDelivery(let trace, let errorType):
      return .success(
        CreatedUser(
          user: known(of: specification),
          invitation: Invitation(
            state: .failed, mediums: specification.requestedMediums, failureReason: errorType),
          trace: trace))
    case .failure(let failure):
      return .failure(failure)
    }
  }

  /// Completes the answer of a creation that said nothing of the user.
  private func created(
    _ specification: UserSpecification, withoutDelivery attempt: Attempt
  ) async -> DirectoryAnswer {
    let call = look(specification.username, in: specification.pool)
    let answer = Self.answer(attempt.outcome, to: specification)
    guard case .success(let body, _) = await perform(call).outcome,
      let user = try? AdminGetUser.response(body, pool: specification.pool)
    else { return answer }
    return answer.map { created in
      CreatedUser(user: user, invitation: created.invitation, trace: created.trace)
    }
  }

  private func look(_ username: String, in pool: UserPool) -> ServiceCall {
    ServiceCall(
      operation: .adminGetUser, pool: pool,
      body: AdminGetUser.request(pool: pool, username: username),
      responseTimeout: configuration.limits.lookupTimeout,
      deadline: .now + Duration(configuration.limits.lookupTimeout),
      invocationID: invocationIDs.next())
  }

  package func lookUp(_ username: String, in pool: UserPool) async -> DirectoryLookup {
    switch await perform(look(username, in: pool)).outcome {
    case .success(let body, _):
      return (try? AdminGetUser.response(body, pool: pool)).map { .found($0) } ?? .failed
    case .failure(let failure):
      return switch failure.kind {
      case .userNotFound: .notFound
      case .accessDenied, .notAuthorized, .forbidden, .poolNotFound: .denied
      default: .failed
      }
    case .createdWithoutDelivery:
      return .failed
    }
  }

  /// What is known of the user without reading it: the request.
  private static func known(of specification: UserSpecification) -> User {
    User(
      username: specification.username, attributes: specification.userAttributes,
      pool: specification.pool)
  }

}
