import NIOCore

/// Why a connection ends in order; the text is the debug data of its GOAWAY.
enum CloseReason: String {
  case shutdown = "graceful_stop"
  case maximumAge = "max_age"
  case maximumIdle = "max_idle"
  case tooManyPings = "too_many_pings"
  case keepaliveTimeout = "keepalive_timeout"
}

/// The life of one connection: keep-alive, ping enforcement, idle time, age, and the graceful end
/// by two GOAWAYs (RFC 9113 §6.8, gRFC A8 and A9). A value with the time as an argument: it is told
/// what happens and says what to do.
struct ConnectionStateMachine {
  enum Effect: Equatable {
    /// Send a PING with this payload.
    case ping(UInt64)
    /// Say that the end comes: GOAWAY with the highest stream number, then a PING (`drainPing`).
    case announceEnd(CloseReason)
    /// Open no more streams: GOAWAY with the last stream number. Those that are open finish.
    case refuseStreams(CloseReason)
    /// GOAWAY, and close at once.
    case close(HTTP2ErrorCode, CloseReason)
  }

  private enum Phase: Equatable {
    case active
    case announced(CloseReason, until: NIODeadline)
    case refusing(CloseReason, until: NIODeadline)
    case closed
  }

  /// Payloads that tell the answers apart.
  static let keepalivePing: UInt64 = 0x6b65_6570_616c_6976
  static let drainPing: UInt64 = 0x6472_6169_6e69_6e67

  /// PINGs that come too early before the one that ends the connection (gRFC A8).
  static let permittedStrikes = 2
  /// The least time between PINGs of a peer without calls (gRFC A8).
  static let pingIntervalWithoutCalls = TimeAmount.hours(2)

  private let limits: ConnectionLifeLimits
  private let ageDeadline: NIODeadline
  private var phase = Phase.active
  private var openStreams = 0
  private var lastReceived: NIODeadline
  private var unansweredPing: NIODeadline?
  private var idleSince: NIODeadline
  private var lastPing: NIODeadline?
  private var strikes = 0
  private var hasSentSincePing = false

  /// - Parameter jitter: from -1 to 1; moves the age by up to a tenth.
  init(_ limits: ConnectionLifeLimits, jitter: Double, at now: NIODeadline) {
    self.limits = limits
    let age = limits.maximumAge.map { TimeAmount($0) }
    ageDeadline =
      age.map { now + .nanoseconds(Int64(Double($0.nanoseconds) * (1 + jitter / 10))) }
      ?? .distantFuture
    lastReceived = now
    idleSince = now
  }

  // MARK: What happens

  /// Bytes have come: the peer is there.
  mutating func received(at now: NIODeadline) {
    lastReceived = now
    unansweredPing = nil
  }

  /// HEADERS or DATA has been sent: the PINGs before it were no idle ones.
  mutating func sentMessage() {
    hasSentSincePing = true
  }

  mutating func setOpenStreams(_ count: Int, at now: NIODeadline) {
    if count == 0, openStreams > 0 { idleSince = now }
    openStreams = count
  }

  /// The peer has sent PINGs (gRFC A8).
  mutating func receivedPings(_ count: Int, at now: NIODeadline) -> Effect? {
    for _ in 0..<min(count, Self.permittedStrikes + 2) where isStrike(at: now) {
      strikes += 1
    }
    guard strikes > Self.permittedStrikes else { return nil }
    return close(.enhanceYourCalm, .tooManyPings)
  }

  private mutating func isStrike(at now: NIODeadline) -> Bool {
    defer { lastPing = now }
    guard !hasSentSincePing else {
      hasSentSincePing = false
      strikes = 0
      return false
    }
    guard let lastPing else { return false }
    let mayPing = openStreams > 0 || limits.permitsPingsWithoutCalls
    let interval =
      mayPing ? TimeAmount(limits.minimumPingInterval) : Self.pingIntervalWithoutCalls
    return now < lastPing + interval
  }

  mutating func receivedPingAcknowledgement(_ payload: UInt64, at now: NIODeadline) -> Effect? {
    guard payload == Self.drainPing, case .announced(let reason, _) = phase else { return nil }
    return refuseStreams(reason, at: now)
  }

  /// The process or an operator wants the connection to end.
  mutating func shutDown(at now: NIODeadline) -> Effect? {
    phase == .active ? announceEnd(.shutdown, at: now) : nil
  }

  // MARK: Time

  /// What is due: call it again until it says nothing.
  mutating func tick(at now: NIODeadline) -> Effect? {
    switch phase {
    case .closed: return nil
    case .refusing(let reason, let until) where now >= until: return close(.noError, reason)
    case .announced(let reason, let until) where now >= until:
      return refuseStreams(reason, at: now)
    case .active where now >= ageDeadline: return announceEnd(.maximumAge, at: now)
    case .active where now >= idleDeadline: return announceEnd(.maximumIdle, at: now)
    case .active, .announced, .refusing: break
    }
    guard now >= keepaliveDeadline else { return nil }
    if unansweredPing != nil { return close(.noError, .keepaliveTimeout) }
    unansweredPing = now
    return .ping(Self.keepalivePing)
  }

  /// When `tick(at:)` is to be called next.
  var nextDeadline: NIODeadline {
    switch phase {
    case .active: min(ageDeadline, idleDeadline, keepaliveDeadline)
    case .announced(_, let until), .refusing(_, let until): min(until, keepaliveDeadline)
    case .closed: .distantFuture
    }
  }

  private var idleDeadline: NIODeadline {
    guard openStreams == 0, let idle = limits.maximumIdle else { return .distantFuture }
    return idleSince + TimeAmount(idle)
  }

  private var keepaliveDeadline: NIODeadline {
    if let unansweredPing { return unansweredPing + TimeAmount(limits.keepaliveTimeout) }
    guard let time = limits.keepaliveTime else { return .distantFuture }
    return lastReceived + TimeAmount(time)
  }

  // MARK: Transitions

  private mutating func announceEnd(_ reason: CloseReason, at now: NIODeadline) -> Effect {
    phase = .announced(reason, until: now + TimeAmount(limits.drainTimeout))
    return .announceEnd(reason)
  }

  private mutating func refuseStreams(_ reason: CloseReason, at now: NIODeadline) -> Effect {
    let grace = reason == .maximumAge ? limits.maximumAgeGrace : nil
    phase = .refusing(reason, until: grace.map { now + TimeAmount($0) } ?? .distantFuture)
    return .refuseStreams(reason)
  }

  private mutating func close(_ code: HTTP2ErrorCode, _ reason: CloseReason) -> Effect {
    phase = .closed
    return .close(code, reason)
  }
}
