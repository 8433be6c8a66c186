import NIOCore

/// A budget that refills with time: `rate.burst` at most, `rate.perSecond` more each second.
struct TokenBucket {
  private let rate: TokenRate
  private var level: Double
  private var filled: NIODeadline

  init(_ rate: TokenRate, at now: NIODeadline) {
    self.rate = rate
    level = Double(rate.burst)
    filled = now
  }

  /// Takes tokens; false when there are not so many, and then the bucket is empty.
  mutating func take(_ count: Int, at now: NIODeadline) -> Bool {
    refill(at: now)
    level -= Double(count)
    guard level < 0 else { return true }
    level = 0
    return false
  }

  private mutating func refill(at now: NIODeadline) {
    guard now > filled else { return }
    let seconds = Double((now - filled).nanoseconds) / 1e9
    level = min(Double(rate.burst), level + seconds * Double(rate.perSecond))
    filled = now
  }
}
