package import Logging
package import Provisioning
import Synchronization

/// Runs creations exactly once: does what ``CreationCall`` decides, with the journal's store and the
/// directory, and hands those in doubt to the reconciler.
package final class CreationCoordinator: Creations {
  /// Between two looks for keys to make or to destroy, each of a day.
  private static let rotationInterval = Duration.seconds(60)

  private struct State {
    var breaker = AmbiguityBreaker()
    var statistics = CreationStatistics()
  }

  private let store: any CreationStore
  private let identity: any CreationIdentity
  private let directory: any UserDirectory
  private let clock: CreationClock
  private let timing: CreationTiming
  private let reconciler: CreationReconciler
  private let logger: Logger
  private let state = Mutex(State())

  /// - Parameter isExclusive: whether no other process writes to the store.
  package init(
    store: any CreationStore, identity: any CreationIdentity, directory: any UserDirectory,
    wallClock: any WallClock, isExclusive: Bool, timing: CreationTiming = CreationTiming(),
    logger: Logger
  ) {
    self.store = store
    self.identity = identity
    self.directory = directory
    self.timing = timing
    self.logger = logger
    clock = CreationClock(wall: wallClock)
    reconciler = CreationReconciler(
      store: store, directory: directory, clock: clock, timing: timing, isExclusive: isExclusive,
      logger: logger)
  }

  package func start() async throws(JournalError) {
    rotatePasswordKeys()
    try await reconciler.start()
  }

  package func run() async {
    async let rotation: Void = keepPasswordKeys()
    await reconciler.run()
    await rotation
  }

  private func keepPasswordKeys() async {
    while !Task.isCancelled {
      await clock.sleep(until: clock.now.uptime + Self.rotationInterval)
      rotatePasswordKeys()
    }
  }

  /// Without a key a password is another one when it is sent again, which harms nobody: nothing is
  /// sent again that was executed.
  private func rotatePasswordKeys() {
    do {
      try identity.rotatePasswordKeys(now: clock.now.wall)
    } catch {
      logger.warning(
        "keys of temporary passwords are neither made nor destroyed",
        metadata: ["error": "\(error)"])
    }
  }

  package var statistics: CreationStatistics {
    var statistics = state.withLock { state in
      state.statistics.isSuspended = state.breaker.isOpen
      return state.statistics
    }
    reconciler.report(to: &statistics)
    return statistics
  }

  // MARK: CreateUser

  package func create(
    _ request: CreationRequest, willBegin: @escaping @Sendable (CreationReference) -> Void
  ) async throws(ProvisioningError) -> CreationReply {
    guard admit() else { throw .auditUnavailable }
    return try await start(request, willBegin).value.get()
  }

  // What runs between two waits stands in functions of its own: the frame of each task that waits,
  // of which there are thousands, has room for whatever its function works with.

  /// A task of its own, because the caller's cancellation must reach neither the upstream's call nor
  /// the record; on the caller's executor and at once, because a thread hop costs more than the task.
  @inline(never)
  private func start(
    _ request: CreationRequest, _ willBegin: @escaping @Sendable (CreationReference) -> Void
  ) -> Task<Result<CreationReply, ProvisioningError>, Never> {
    let executor = unsafe withUnsafeCurrentTask { task in
      unsafe task?.unownedTaskExecutor?.asTaskExecutor()
    }
    return Task.immediate(executorPreference: executor) { await self.run(request, willBegin) }
  }

  private func run(
    _ request: CreationRequest, _ willBegin: @Sendable (CreationReference) -> Void
  ) async -> Result<CreationReply, ProvisioningError> {
    let now = clock.now
    let admission = admission(now)
    let call = call(request, now: now)
    var hasSent = false
    var patience = Patience()
    var action = call.start(maySend: admission != .refused, now: now)
    while true {
      switch action {
      case .find:
        action = await find(call)
      case .write(let transition):
        action = await write(transition, of: call)
      case .send(let specification, let latest):
        willBegin(call.reference)
        hasSent = true
        action = await send(
          specification, latest: latest, of: call, request, isProbe: admission == .probe)
      case .wait(let end):
        willBegin(call.reference)
        await pause(until: min(end, clock.now.uptime + patience.next()))
        action = await find(call)
      case .end(let result):
        count(result, unsentProbe: admission == .probe && !hasSent)
        store.leave()
        return result
      }
    }
  }

  @inline(never)
  private func admit() -> Bool {
    do {
      try store.admit()
      return true
    } catch {
      count(.failure(.auditUnavailable), unsentProbe: false)
      return false
    }
  }

  @inline(never)
  private func admission(_ now: Moment) -> AmbiguityBreaker.Admission {
    state.withLock { $0.breaker.admission(uptime: now.uptime) }
  }

  @inline(never)
  private func call(_ request: CreationRequest, now: Moment) -> CreationCall {
    CreationCall(
      intent: request.intent,
      fingerprint: identity.fingerprint(ofRequest: request.canonicalBytes),
      claims: identity.claims(of: request.intent.specification),
      deadline: request.deadline.map(clock.uptime), now: now, timing: timing)
  }

  @inline(never)
  private func pause(until uptime: Duration) async {
    await clock.sleep(until: uptime)
  }

  @inline(never)
  private func find(_ call: CreationCall) async -> CreationCall.Action {
    // What cannot be read is tried to be written next, which fails or finds it.
    call.found(try? await store.creation(call.key), now: clock.now)
  }

  @inline(never)
  private func write(
    _ transition: CreationTransition, of call: CreationCall
  ) async -> CreationCall.Action {
    do {
      let result = try await store.write(transition, until: clock.instant(call.end))
      if result == .written { followIfInDoubt(transition) }
      return call.wrote(.success(result), now: clock.now)
    } catch {
      return call.wrote(.failure(error), now: clock.now)
    }
  }

  @inline(never)
  private func followIfInDoubt(_ transition: CreationTransition) {
    if transition.creation.state == .unknown { reconciler.follow(transition.creation) }
  }

  @inline(never)
  private func send(
    _ specification: UserSpecification, latest: Duration, of call: CreationCall,
    _ request: CreationRequest, isProbe: Bool
  ) async -> CreationCall.Action {
    let specification = made(specification, for: call)
    let limit = clock.instant(latest)
    let answer = await directory.create(
      specification, deadline: min(limit, request.deadline ?? limit))
    return answered(answer, call, isProbe: isProbe)
  }

  @inline(never)
  private func answered(
    _ answer: DirectoryAnswer, _ call: CreationCall, isProbe: Bool
  ) -> CreationCall.Action {
    let now = clock.now
    state.withLock {
      $0.breaker.ended(isLost: answer.isLost, isProbe: isProbe, uptime: now.uptime)
    }
    return call.answered(answer, now: now)
  }

  @inline(never)
  private func made(
    _ specification: UserSpecification, for call: CreationCall
  ) -> UserSpecification {
    guard let creation = call.creation else { return specification }
    return specification.withPassword(
      from: identity.passwordNumbers(of: creation.id, createdAt: creation.createTime))
  }

  @inline(never)
  private func count(_ result: Result<CreationReply, ProvisioningError>, unsentProbe: Bool) {
    state.withLock { state in
      if unsentProbe { state.breaker.probeWasNotSent() }
      switch result {
      case .success(let reply): if reply.isReplayed { state.statistics.replays += 1 }
      case .failure(let error): state.statistics.count(error)
      }
    }
  }

  // MARK: GetCreation

  package func creation(
    _ selector: CreationSelector, waitingAtMost wait: Duration
  ) async throws(JournalError) -> Creation? {
    let end = clock.now.uptime + wait
    var patience = Patience()
    while true {
      let found: Creation? =
        switch selector {
        case .id(let id): try await store.creation(id)
        case .key(let key): try await store.creation(key)
        }
      guard let found, !found.state.isSettled, clock.now.uptime < end, !Task.isCancelled else {
        return found
      }
      await clock.sleep(until: min(end, clock.now.uptime + patience.next()))
    }
  }
}

/// The waits of one who asks again and again: short at first, because most creations end soon.
private struct Patience {
  static let longest = Duration.milliseconds(250)

  private var wait = Duration.milliseconds(5)

  mutating func next() -> Duration {
    defer { wait = min(wait * 2, Self.longest) }
    return wait
  }
}

extension DirectoryAnswer {
  fileprivate var isLost: Bool {
    if case .failure(let failure) = self { failure.executed == .unknown } else { false }
  }
}
