import Synchronization

/// Which requests meet which faults. Rules are tried in the order in which they were given; the
/// first that matches strikes, and a request meets at most one.
package final class FaultPlan: Sendable {
  private struct Rule {
    var fault: SandboxFault
    /// `nil`: for ever.
    var remaining: Int?
    /// 0...1
    var probability: Double
    var operation: SandboxOperation?
    var usernamePrefix: String
  }

  private struct State: ~Copyable {
    var rules: [Rule] = []
    var random: SandboxRandom
    var strikeCount = 0
  }

  private let state: Mutex<State>
  /// Whether there are rules, so that a plan without any costs a request no lock. Only a hint: it
  /// changes under the lock, and what it guards is read under the lock again.
  private let isArmed = Atomic<Bool>(false)

  init(seed: UInt64?) {
    state = Mutex(State(random: SandboxRandom(seed: seed)))
  }

  /// Lets the next `times` matching requests meet a fault.
  ///
  /// - Parameter usernamePrefix: matches requests whose user name begins so; faults that strike
  ///   before the body is read know no user name and match whatever the prefix.
  package func enqueue(
    _ fault: SandboxFault, times: Int = 1, operation: SandboxOperation? = nil,
    usernamePrefix: String = ""
  ) {
    append(
      Rule(
        fault: fault, remaining: times, probability: 1, operation: operation,
        usernamePrefix: usernamePrefix))
  }

  /// Lets every matching request meet a fault with this probability, until ``removeAll()``.
  ///
  /// - Parameter probability: 0...1; drawn from a generator that repeats with its seed.
  package func inject(
    _ fault: SandboxFault, probability: Double, operation: SandboxOperation? = nil,
    usernamePrefix: String = ""
  ) {
    append(
      Rule(
        fault: fault, remaining: nil, probability: probability, operation: operation,
        usernamePrefix: usernamePrefix))
  }

  /// Starts the generator of ``inject(_:probability:operation:usernamePrefix:)`` again from a seed.
  package func reseed(_ seed: UInt64) {
    state.withLock { $0.random = SandboxRandom(seed: seed) }
  }

  package func removeAll() {
    state.withLock { state in
      state.rules.removeAll()
      isArmed.store(false, ordering: .relaxed)
    }
  }

  /// How many enqueued faults have not struck yet.
  package var pendingCount: Int {
    state.withLock { $0.rules.reduce(0) { $0 + ($1.remaining ?? 0) } }
  }

  /// How many faults have struck.
  package var strikeCount: Int { state.withLock { $0.strikeCount } }

  /// The fault for a request whose head was read.
  func faultAtHead(operation: SandboxOperation?, isReused: Bool) -> SandboxFault? {
    strike { rule in
      rule.fault.isAtHead && (rule.fault != .dropOnReuse || isReused)
        && (rule.operation == nil || rule.operation == operation)
    }
  }

  /// The fault for a request that was read whole.
  func fault(for request: SandboxRequest) -> SandboxFault? {
    guard isArmed.load(ordering: .relaxed) else { return nil }
    let username = request.username ?? ""
    return strike { rule in
      !rule.fault.isAtHead && (rule.operation == nil || rule.operation == request.operation)
        && username.hasPrefix(rule.usernamePrefix)
    }
  }

  private func append(_ rule: Rule) {
    guard rule.remaining != 0 else { return }
    state.withLock { state in
      state.rules.append(rule)
      isArmed.store(true, ordering: .relaxed)
    }
  }

  private func strike(where matches: (Rule) -> Bool) -> SandboxFault? {
    guard isArmed.load(ordering: .relaxed) else { return nil }
    return state.withLock { state in
      for index in state.rules.indices where matches(state.rules[index]) {
        let rule = state.rules[index]
        guard rule.probability >= 1 || state.random.unitInterval() < rule.probability else {
          continue
        }
        if let remaining = rule.remaining {
          if remaining <= 1 {
            state.rules.remove(at: index)
            isArmed.store(!state.rules.isEmpty, ordering: .relaxed)
          } else {
            state.rules[index].remaining = remaining - 1
          }
        }
        state.strikeCount += 1
        return rule.fault
      }
      return nil
    }
  }
}
