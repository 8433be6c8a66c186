/// Stops sending while most answers of the upstream are lost: each further call would leave one more
/// user in doubt. After a pause one call probes; a definite answer closes the breaker.
///
///     CLOSED ── most of the last answers lost ──► OPEN ── pause over ──► HALF OPEN (one probe)
///        ▲                                          ▲                        │
///        └───────────── definite answer ────────────┴──── answer lost ◄──────┘
package struct AmbiguityBreaker: Equatable, Sendable {
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

  /// Whether a call may be sent; the one that is let through while the breaker is open is the probe.
  package mutating func admits(uptime: Duration) -> Bool {
    guard let openUntil else { return true }
    guard uptime >= openUntil, !isProbing else { return false }
    isProbing = true
    return true
  }

  /// An admitted call ended without having been sent.
  package mutating func wasNotSent() {
    isProbing = false
  }

  package mutating func ended(isLost: Bool, uptime: Duration) {
    isProbing = false
    history = history << 1 | (isLost ? 1 : 0)
    guard isLost else {
      if openUntil != nil { self = AmbiguityBreaker() }
      return
    }
    if openUntil != nil {
      pause = min(pause * 2, Self.longestPause)
      openUntil = uptime + pause
    } else if history.nonzeroBitCount >= Self.limit {
      openUntil = uptime + pause
    }
  }
}
