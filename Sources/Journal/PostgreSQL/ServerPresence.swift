/// Whether a server is there, from what was heard of it last: on a connection that asks it all the
/// time, and on others that have had an answer of it meanwhile.
struct ServerPresence {
  /// A server that is silent for longer is taken to be gone, until it says something.
  static let silenceLimit = Duration.milliseconds(500)

  private var lastAnswer: ContinuousClock.Instant?
  /// When the newest question was asked that failed.
  private var lastFailure: ContinuousClock.Instant?
  /// Since when an answer is waited for; `nil` while none is.
  private var askedAt: ContinuousClock.Instant?

  /// Whether anything was heard of it yet.
  var isKnown: Bool { lastAnswer != nil || lastFailure != nil }

  mutating func ask(at now: ContinuousClock.Instant) {
    askedAt = now
  }

  /// What was asked has an answer.
  mutating func answer(at now: ContinuousClock.Instant) {
    askedAt = nil
    lastAnswer = now
  }

  /// What was asked gets no answer.
  mutating func fail(at now: ContinuousClock.Instant) {
    // What was heard on another connection since the question is newer than its failure.
    lastFailure = askedAt ?? now
    askedAt = nil
  }

  /// Another connection had an answer.
  mutating func hear(at now: ContinuousClock.Instant) {
    lastAnswer = now
  }

  func isAnswered(at now: ContinuousClock.Instant) -> Bool {
    guard let lastAnswer else { return false }
    if let lastFailure, lastFailure >= lastAnswer { return false }
    guard let askedAt else { return true }
    return now - max(askedAt, lastAnswer) < Self.silenceLimit
  }
}
