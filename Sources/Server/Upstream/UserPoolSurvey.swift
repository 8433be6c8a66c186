import Logging
import Provisioning
import ServiceLifecycle
import Synchronization

/// Asks the upstream, beside the calls, what it says of every pool of the policy in force: at the
/// start, after a reload that brings new pools, and again from time to time. A pool that cannot be
/// described is taken for an ordinary one, and does not stop the service.
final class UserPoolSurvey: UserPoolCatalog, Service {
  /// How late a new policy may be seen. What is looked at is one reference.
  static let interval = Duration.milliseconds(500)
  /// How long a description counts as fresh.
  static let freshness = Duration.seconds(600)
  /// Between two descriptions: the quota of UserPoolRead is 15 a second for the whole account.
  static let spacing = Duration.milliseconds(200)
  /// The waits after failures; then a pool is asked for as seldom as a known one.
  static let retryDelays: [Duration] = [.seconds(5), .seconds(15), .seconds(45), .seconds(135)]
  /// Pools that `/readyz?verbose` names.
  static let namedPools = 5

  struct Knowledge {
    /// The last one that could be read.
    var description: UserPoolDescription?
    /// Why the last attempt failed.
    var failure: DirectoryFailure?
    var failureCount = 0
    /// When to ask; `nil`: at once.
    var due: ContinuousClock.Instant?
  }

  private struct State {
    /// Whose pools these are.
    var policy: Policy?
    var pools: [UserPool] = []
    var knowledge: [UserPool: Knowledge] = [:]
    var special: SpecialUserPools?
  }

  private let policy: @Sendable () -> Policy
  private let reader: any UserPoolReader
  private let logger: Logger
  private let hasSpecial = Atomic(false)
  private let state = Mutex(State())

  /// - Parameter policy: the one in force.
  init(policy: @escaping @Sendable () -> Policy, reader: any UserPoolReader, logger: Logger) {
    self.policy = policy
    self.reader = reader
    self.logger = logger
  }

  var special: SpecialUserPools? {
    // Most companies have ordinary pools alone: then a call pays for one load.
    hasSpecial.load(ordering: .acquiring) ? state.withLock(\.special) : nil
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await self.look()
        // Cancellation ends the sleep and the loop.
        try? await Task.sleep(for: Self.interval)
      }
    }
  }

  /// Describes every pool whose time has come.
  func look(spacing: Duration = spacing) async {
    for pool in duePools(at: .now) where !Task.isCancelled {
      let answer = await reader.describe(pool)
      // What a service that stops could not read is no news.
      guard !Task.isCancelled else { return }
      learn(answer, of: pool, at: .now)
      try? await Task.sleep(for: spacing)
    }
  }

  func duePools(at now: ContinuousClock.Instant) -> [UserPool] {
    let policy = policy()
    return state.withLock { state in
      if state.policy !== policy {
        state.policy = policy
        state.pools = policy.userPools
        let current = Set(state.pools)
        state.knowledge = state.knowledge.filter { current.contains($0.key) }
        publish(&state)
      }
      return state.pools.filter { state.knowledge[$0]?.due.map { $0 <= now } ?? true }
    }
  }

  func learn(
    _ answer: Result<UserPoolDescription, DirectoryFailure>, of pool: UserPool,
    at now: ContinuousClock.Instant
  ) {
    let previous = state.withLock { state in
      let previous = state.knowledge[pool]
      var knowledge = previous ?? Knowledge()
      switch answer {
      case .success(let description):
        knowledge = Knowledge(description: description, due: now + Self.freshness)
      case .failure(let failure):
        let delay =
          knowledge.failureCount < Self.retryDelays.count
          ? Self.retryDelays[knowledge.failureCount] : Self.freshness
        knowledge.failure = failure
        knowledge.failureCount += 1
        knowledge.due = now + delay
      }
      state.knowledge[pool] = knowledge
      publish(&state)
      return previous
    }
    tell(answer, of: pool, previous: previous)
  }

  private func publish(_ state: inout State) {
    state.special = SpecialUserPools(state.knowledge.compactMapValues(\.description))
    hasSpecial.store(state.special != nil, ordering: .releasing)
  }

  /// Each news once.
  private func tell(
    _ answer: Result<UserPoolDescription, DirectoryFailure>, of pool: UserPool,
    previous: Knowledge?
  ) {
    switch answer {
    case .success(let description):
      guard description != previous?.description else { return }
      logger.debug(
        "user pool described",
        metadata: ["pool": "\(pool.id)", "special": "\(description.isSpecial)"])
    case .failure(let failure):
      guard failure.reason != previous?.failure?.reason else { return }
      logger.warning(
        "a user pool cannot be described",
        metadata: [
          "pool": "\(pool.id)", "reason": "\(failure.reason)",
          "assumed": "\(previous?.description == nil ? Self.assumption : "as it was")",
          "remedy": "cognito-idp:DescribeUserPool",
        ])
    }
  }

  private static let assumption =
    "any user name is taken, and passwords need at most "
    + "\(PasswordPolicy.strict.minimumLength) characters"

  /// For `/readyz?verbose`: what is not known is shown, and does not take the service away.
  var readiness: Readiness.Check {
    let (pools, knowledge) = state.withLock { ($0.pools, $0.knowledge) }
    let unknown = pools.filter { knowledge[$0]?.description == nil }
    var detail = "\(pools.count - unknown.count) of \(pools.count) described"
    if !unknown.isEmpty {
      let names = unknown.prefix(Self.namedPools).map { pool in
        "\(pool.id) (\(knowledge[pool]?.failure?.reason ?? "not asked yet"))"
      }
      let more = unknown.count > Self.namedPools ? " …" : ""
      detail +=
        "; assumed of the others: \(Self.assumption): "
        + names.joined(separator: ", ") + more
    }
    return Readiness.Check(name: "user_pools", passes: true, detail: detail)
  }
}
