import Provisioning

/// Whether a call is sent again. AdminCreateUser is not idempotent, so only what surely was not
/// executed is: a throttled request, and once each one whose credentials or clock can be mended.
/// Pure: time and chance are arguments.
enum RetryPolicy {
  /// Attempts of one call, the first included (the SDKs' standard mode).
  static let maximumAttempts = 3
  /// The first wait after throttling has this upper end, each further one twice it.
  static let throttlingBackoffBase = Duration.seconds(1)
  static let maximumBackoff = Duration.seconds(20)
  /// How far `x-amz-retry-after` may lengthen a wait (SDK reference guide, retry behaviour of
  /// 2026).
  static let maximumHintExcess = Duration.seconds(5)

  /// What happened in a call up to now.
  struct History: Equatable, Sendable {
    /// Attempts made, the failed one included.
    var attempts = 1
    var hasRefreshedCredentials = false
    var hasCorrectedClock = false
  }

  /// What the failed attempt's answer taught about the clocks.
  struct ClockEvidence: Equatable, Sendable {
    /// Whether the answer had a usable date.
    var isKnown = false
    /// How far the clocks are from what the attempt assumed, in seconds.
    var change: Int64 = 0
  }

  enum Decision: Equatable {
    case stop
    case wait(Duration)
    /// Get new credentials, then send at once, if they are others.
    case refreshCredentials
    /// Send at once, signed with the corrected time.
    case sign
  }

  /// - Parameters:
  ///   - remaining: time left to the caller's deadline; `nil` without one.
  ///   - random: 0..<1, for the jitter.
  static func decision(
    after failure: DirectoryFailure, history: History, clock: ClockEvidence,
    remaining: Duration?, random: Double
  ) -> Decision {
    guard failure.executed == .no, history.attempts < maximumAttempts else { return .stop }
    if let remaining, remaining <= .zero { return .stop }
    switch failure.kind {
    case .throttled:
      let delay = backoff(afterAttempt: history.attempts, hint: failure.retryAfter, random: random)
      if let remaining, delay >= remaining { return .stop }
      return .wait(delay)
    case .credentialsRejected:
      return history.hasRefreshedCredentials ? .stop : .refreshCredentials
    case .clockSkewed:
      return clock.isKnown && !history.hasCorrectedClock ? .sign : .stop
    case .signatureRejected:
      let isSkewed = clock.isKnown && abs(clock.change) >= ClockSkew.worthResigning
      return isSkewed && !history.hasCorrectedClock ? .sign : .stop
    default:
      return .stop
    }
  }

  /// Exponential, with full jitter; the service's own hint can only lengthen it, and not by much.
  private static func backoff(
    afterAttempt attempt: Int, hint: Duration?, random: Double
  ) -> Duration {
    let ceiling = min(throttlingBackoffBase * (1 << (attempt - 1)), maximumBackoff)
    let delay = ceiling * random
    guard let hint else { return delay }
    return max(delay, min(hint, delay + maximumHintExcess))
  }
}
