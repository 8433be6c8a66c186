/// How often a caller may call: the generic cell rate algorithm, which needs one number for each
/// caller and lets `burst` calls through at once and `perSecond` in the long run.
///
/// Source: ITU-T I.371, Annex A, as a virtual scheduling algorithm.
package struct CallRate: Equatable, Sendable {
  /// Slowest and fastest rate: one call in a thousand seconds, one in a microsecond.
  package static let perSecondRange = 0.001...1_000_000.0
  package static let burstRange = 1...1_000_000

  /// Nanoseconds between two calls in the long run.
  private let interval: Int64
  /// Nanoseconds that a call may come before its time.
  private let tolerance: Int64

  /// `nil` out of ``perSecondRange`` and ``burstRange``.
  package init?(perSecond: Double, burst: Int) {
    guard Self.perSecondRange.contains(perSecond), Self.burstRange.contains(burst) else {
      return nil
    }
    interval = Int64((1_000_000_000 / perSecond).rounded(.up))
    tolerance = interval * Int64(burst - 1)
  }

  /// A rate that stands in this code.
  init(nanosecondsBetween interval: Int64, burst: Int64) {
    self.interval = interval
    tolerance = interval * (burst - 1)
  }

  package enum Verdict: Equatable, Sendable {
    /// The call may go on; the state for the next one.
    case admitted(next: Int64)
    /// Nanoseconds after which the next call is admitted, if no other comes before.
    case refused(retryAfter: Int64)
  }

  /// Judges a call.
  ///
  /// - Parameters:
  ///   - now: nanoseconds since any fixed point in time.
  ///   - state: of the caller: the theoretical arrival time of its next call, of the same point; for
  ///     its first call any time that is past.
  package func judge(at now: Int64, state: Int64) -> Verdict {
    let arrival = max(state, now)
    let early = arrival - now
    return early > tolerance
      ? .refused(retryAfter: early - tolerance) : .admitted(next: arrival + interval)
  }

  /// What another rate has left, as far as this one could have left it at `now`: a caller that may
  /// call more often from now on does not wait for the end of what it owed.
  package func takeOver(_ state: Int64, at now: Int64) -> Int64 {
    min(state, now + tolerance + interval)
  }
}
