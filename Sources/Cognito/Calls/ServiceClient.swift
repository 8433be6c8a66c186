import Logging
import NIOCore
import Provisioning

/// The calls of one service. A call goes out on the event loop that it is made on, by a connection
/// of that loop, as often as the retry policy has it.
///
/// Thousands of calls may wait at once: what need not stand in the frames of their tasks stands in
/// functions that wait for nothing.
final class ServiceClient: Sendable {
  private let group: any EventLoopGroup
  private let loops: [ObjectIdentifier: NIOLoopBoundBox<LoopClient>]
  private let logger: Logger

  /// - Parameters:
  ///   - group: the event loops that calls are made on; a call from elsewhere gets one of them.
  ///   - clock: the time that requests are signed with.
  /// - Throws: when the certificate authorities cannot be read.
  init(
    endpoints: EndpointResolver, configuration: CognitoConfiguration, group: any EventLoopGroup,
    clock: any WallClock, logger: Logger
  ) throws(CognitoConfigurationError) {
    let tls =
      endpoints.override?.scheme == .http
      ? nil : try TrustRoots.context(authoritiesFile: configuration.certificateAuthoritiesFile)
    self.group = group
    self.logger = logger
    var loops: [ObjectIdentifier: NIOLoopBoundBox<LoopClient>] = [:]
    for eventLoop in group.makeIterator() {
      loops[ObjectIdentifier(eventLoop)] = NIOLoopBoundBox.makeBoxSendingValue(
        LoopClient(
          eventLoop: eventLoop, endpoints: endpoints, limits: configuration.limits, tls: tls,
          clock: clock, logger: logger),
        eventLoop: eventLoop)
    }
    self.loops = loops
  }

  func perform(_ call: ServiceCall, credentials: CredentialsCache) async -> Attempt {
    guard let held = credentials.usable else {
      return await perform(call, awaiting: credentials)
    }
    return await perform(call, held, of: credentials)
  }

  @inline(never)
  private func perform(_ call: ServiceCall, awaiting credentials: CredentialsCache) async -> Attempt
  {
    do {
      return await perform(call, try await credentials.held(), of: credentials)
    } catch {
      return attempt(without: error)
    }
  }

  private func perform(
    _ call: ServiceCall, _ held: CredentialsCache.Held, of credentials: CredentialsCache
  ) async -> Attempt {
    let first = await attempt(call, number: 1, credentials: held)
    guard first.hasFailed else { return first }
    return await attemptAgain(call, after: first, credentials: held, of: credentials)
  }

  @inline(never)
  private func attempt(without error: CredentialsError) -> Attempt {
    tell(error)
    return error.failure.map { Attempt($0) } ?? Attempt(.failure(.withoutCredentials))
  }

  /// Of a service that was asked for credentials, who asked has told.
  private func tell(_ error: CredentialsError) {
    guard error.failure == nil else { return }
    logger.error("no AWS credentials", metadata: ["tried": "\(error)"])
  }

  /// Closes all connections, for good. What is in flight ends as a lost connection; what waits to
  /// be sent, for the first time or again, ends as not executed.
  func close() async {
    for eventLoop in group.makeIterator() {
      guard let client = loops[ObjectIdentifier(eventLoop)] else { continue }
      _ = try? await eventLoop.submit { client.value.close() }.get()
    }
  }
}

extension ServiceClient {
  /// As often as the policy has it.
  private func attemptAgain(
    _ call: ServiceCall, after first: Attempt, credentials: CredentialsCache.Held,
    of cache: CredentialsCache
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
        guard let fresh = await refreshed(held, of: cache) else { return last }
        held = fresh
      case .sign:
        history.hasCorrectedClock = true
      }
      history.attempts += 1
      last = await attempt(call, number: history.attempts, credentials: held)
    }
    return last
  }

  @inline(never)
  private func attempt(
    _ call: ServiceCall, number: Int, credentials: CredentialsCache.Held
  ) async -> Attempt {
    await withCheckedContinuation { continuation in
      begin(call, number: number, credentials: credentials) { continuation.resume(returning: $0) }
    }
  }

  /// - Parameter completion: called once.
  @inline(never)
  private func begin(
    _ call: ServiceCall, number: Int, credentials: CredentialsCache.Held,
    completion: @escaping @Sendable (Attempt) -> Void
  ) {
    let eventLoop = group.any()
    guard let client = loops[ObjectIdentifier(eventLoop)] else {
      return completion(Attempt(.failure(.unreachable)))
    }
    if eventLoop.inEventLoop {
      client.value.attempt(
        call, number: number, credentials: credentials, completion: completion)
    } else {
      eventLoop.execute {
        client.value.attempt(
          call, number: number, credentials: credentials, completion: completion)
      }
    }
  }

  /// `nil` when there are no other credentials than those that were rejected.
  private func refreshed(
    _ held: CredentialsCache.Held, of cache: CredentialsCache
  ) async -> CredentialsCache.Held? {
    do {
      let fresh = try await cache.refresh(replacing: held)
      return fresh.credentials == held.credentials ? nil : fresh
    } catch {
      tell(error)
      return nil
    }
  }

  private func pause(_ delay: Duration) async {
    _ = try? await group.any().scheduleTask(in: TimeAmount(delay)) {}.futureResult.get()
  }
}
