/// Stops sending while most answers of the upstream are lost: each further call would leave one more
/// user in doubt. After a pause one call probes; a definite answer closes the breaker.
///
///     CLOSED ── most of the last answers lost ──► OPEN ── pause over ──► HALF OPEN (one probe)
///        ▲                                          ▲                        │
///        └───────────── definite answer ────────────┴──── answer lost ◄──────┘
package struct AmbiguityBreaker: Equatable, Sendable {
  package enum Admission: Equatable, Sendable {
    case regular
    /// The one call that is let through while the breaker is open.
    case probe
    case refused
  }

  /// How many of the last answers are looked at.
  static let window = 32
  /// So many of them lost open the breaker.
  static let limit = 24
  static let firstPause = Duration.seconds(1)
  static let longestPause = Duration.seconds(30)

  /// The last answers, the newest in the lowest bit: 1 is lost.
  private var history: UInt32 = 0
  /// `nil` when closed.
  private var openUntil: Duration?
  private var pause = firstPause
  private var isProbing = false

  package init() {}

  package var isOpen: Bool { openUntil != nil }

  /// Whether a call may be sent.
  package mutating func admission(uptime: Duration) -> Admission {
    guard let openUntil else { return .regular }
    guard uptime >= openUntil, !isProbing else { return .refused }
    isProbing = true
    return .probe
  }

  /// The probe ended without having been sent.
  package mutating func probeWasNotSent() {
    isProbing = false
  }

  /// A call that was sent ended.
  package mutating func ended(isLost: Bool, isProbe: Bool, uptime: Duration) {
    if isProbe { isProbing = false }
    history = history << 1 | (isLost ? 1 : 0)
    guard isLost else {
      if openUntil != nil { self = AmbiguityBreaker() }
      return
    }
    if openUntil != nil {
      // The answers of calls that were under way when it opened say nothing new.
      guard isProbe else { return }
      pause = min(pause * 2, Self.longestPause)
      openUntil = uptime + pause
    } else if history.nonzeroBitCount >= Self.limit {
      openUntil = uptime + pause
    }
  }
}
