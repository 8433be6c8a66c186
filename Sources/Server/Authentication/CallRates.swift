import Provisioning
import Synchronization

/// How much of its rate one caller has used: one number, changed without a lock.
final class CallMeter: Sendable {
  let rate: CallRate
  /// See ``CallRate/judge(at:state:)``; the first call finds a time long past.
  private let state: Atomic<Int64>

  init(_ rate: CallRate) {
    self.rate = rate
    state = Atomic(.min)
  }

  /// Goes on where the meter of another rate stands.
  init(_ rate: CallRate, after other: CallMeter, at time: ContinuousClock.Instant) {
    self.rate = rate
    state = Atomic(
      rate.takeOver(other.state.load(ordering: .relaxed), at: Self.nanoseconds(time)))
  }

  /// Counts a call, unless the rate refuses it.
  ///
  /// - Returns: how long to wait; `nil` for a call that was counted.
  func wait(at time: ContinuousClock.Instant) -> Duration? {
    let now = Self.nanoseconds(time)
    var known = state.load(ordering: .relaxed)
    while true {
      switch rate.judge(at: now, state: known) {
      case .refused(let nanoseconds): return .nanoseconds(nanoseconds)
      case .admitted(let next):
        let (isCounted, other) = state.compareExchange(
          expected: known, desired: next, ordering: .relaxed)
        if isCounted { return nil }
        known = other
      }
    }
  }

  private static let start = ContinuousClock.now

  private static func nanoseconds(_ time: ContinuousClock.Instant) -> Int64 {
    let (seconds, attoseconds) = start.duration(to: time).components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}

/// The meters of all callers, by their ids: they outlive the policy document.
final class CallRates: Sendable {
  private let meters = Mutex<[String: CallMeter]>([:])

  /// Keeps the meters of these callers, makes those that are new, and drops all others.
  func meters(
    of entries: [CallerEntry], at time: ContinuousClock.Instant = .now
  ) -> [String: CallMeter] {
    meters.withLock { meters in
      var kept: [String: CallMeter] = [:]
      for entry in entries {
        guard let rate = entry.rate else { continue }
        let known = meters[entry.caller.id]
        kept[entry.caller.id] =
          switch known {
          case let known? where known.rate == rate: known
          case let known?: CallMeter(rate, after: known, at: time)
          case nil: CallMeter(rate)
          }
      }
      meters = kept
      return kept
    }
  }
}
