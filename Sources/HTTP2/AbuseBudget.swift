import NIOCore

/// What a peer has done too much of; the text is the debug data of the GOAWAY that it gets.
enum Abuse: String, CaseIterable {
  case settings = "settings_flood"
  case pings = "ping_flood"
  case resets = "rapid_reset"
  case forcedResets = "reset_flood"
  case refusedStreams = "too_many_streams"
  case emptyFrames = "empty_frames"
  case priorities = "priority_churn"
  case windowUpdates = "window_update_flood"
  case unknownFrames = "unknown_frames"
  case continuations = "continuation_flood"
  case excessHeaders = "header_flood"
}

/// What was sent that the budget must know of.
struct SentCounts: Equatable {
  var headers = 0
  var data = 0
  var dataBytes = 0
  /// DATA frames behind which nothing of their stream waited: it was not a window that made them
  /// short.
  var wholeData = 0
  /// RST_STREAM because the peer broke the protocol.
  var forcedResets = 0
  /// RST_STREAM because the peer opened too many streams.
  var refusedStreams = 0
}

/// The budgets of one connection. A value with the time as an argument.
struct AbuseBudget {
  private let windowUpdateBytes: Int
  private var settings: TokenBucket
  private var pings: TokenBucket
  private var resets: TokenBucket
  private var forcedResets: TokenBucket
  private var refusedStreams: TokenBucket
  private var emptyFrames: TokenBucket
  private var priorities: TokenBucket
  private var windowUpdates: TokenBucket
  /// WINDOW_UPDATEs that answer what we have sent and have not come yet. Not cut at the burst: a
  /// busy client gives all windows back at once.
  private var earnedWindowUpdates = 0
  private var unknownFrames: TokenBucket
  private var continuations: TokenBucket
  private var excessHeaderOctets: TokenBucket

  init(_ limits: AbuseLimits, at now: NIODeadline) {
    windowUpdateBytes = max(1, limits.windowUpdateBytes)
    settings = TokenBucket(limits.settings, at: now)
    pings = TokenBucket(limits.pings, at: now)
    resets = TokenBucket(limits.resets, at: now)
    forcedResets = TokenBucket(limits.forcedResets, at: now)
    refusedStreams = TokenBucket(limits.refusedStreams, at: now)
    emptyFrames = TokenBucket(limits.emptyFrames, at: now)
    priorities = TokenBucket(limits.priorities, at: now)
    windowUpdates = TokenBucket(limits.windowUpdates, at: now)
    unknownFrames = TokenBucket(limits.unknownFrames, at: now)
    continuations = TokenBucket(limits.continuations, at: now)
    excessHeaderOctets = TokenBucket(limits.excessHeaderOctets, at: now)
  }

  /// Charges what has been received; the answer is what there was too much of.
  mutating func charge(_ counts: FrameCounts, at now: NIODeadline) -> Abuse? {
    guard counts.isLimited else { return nil }
    if !settings.take(counts.settings, at: now) { return .settings }
    if !pings.take(counts.pings, at: now) { return .pings }
    if !resets.take(counts.resets, at: now) { return .resets }
    if !emptyFrames.take(counts.empty, at: now) { return .emptyFrames }
    if !priorities.take(counts.priorities, at: now) { return .priorities }
    let earned = min(earnedWindowUpdates, counts.windowUpdates)
    earnedWindowUpdates -= earned
    if !windowUpdates.take(counts.windowUpdates - earned, at: now) { return .windowUpdates }
    if !unknownFrames.take(counts.unknown, at: now) { return .unknownFrames }
    if !continuations.take(counts.continuations, at: now) { return .continuations }
    return nil
  }

  /// Charges what has been sent: what the peer made us send, and what earns it WINDOW_UPDATEs.
  mutating func charge(_ sent: SentCounts, at now: NIODeadline) -> Abuse? {
    earnedWindowUpdates +=
      2 * (sent.headers + sent.wholeData) + sent.dataBytes / windowUpdateBytes
    if sent.forcedResets > 0, !forcedResets.take(sent.forcedResets, at: now) {
      return .forcedResets
    }
    if sent.refusedStreams > 0, !refusedStreams.take(sent.refusedStreams, at: now) {
      return .refusedStreams
    }
    return nil
  }

  /// Charges octets of header sections above the limit.
  mutating func charge(excessHeaderOctets octets: Int, at now: NIODeadline) -> Abuse? {
    excessHeaderOctets.take(octets, at: now) ? nil : .excessHeaders
  }
}
