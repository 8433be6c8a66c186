/// A point in time by both clocks: the wall clock for what is written down and compared between
/// replicas, the monotonic one for every wait, because the wall clock can jump.
package struct Moment: Hashable, Sendable {
  /// Microseconds of the Unix epoch.
  package var wall: Int64
  /// Since some fixed point of this process.
  package var uptime: Duration

  package init(wall: Int64, uptime: Duration) {
    self.wall = wall
    self.uptime = uptime
  }
}

/// How long each step of a creation may take.
package struct CreationTiming: Equatable, Sendable {
  /// How long an attempt may be under way before others take it for lost.
  package var lease = Duration.seconds(30)
  /// No request leaves later than this after its intent, so that its answer's timeout ends about
  /// when the lease does.
  package var sendWindow = Duration.seconds(10)
  /// How long a user may still appear after the send ended: Lambda triggers alone may run for 15
  /// seconds (three tries of five). Until then an absent user proves nothing.
  package var quarantine = Duration.seconds(60)
  /// Between the two looks that agree that a user is absent.
  package var absenceInterval = Duration.seconds(5)
  /// How far the upstream's clock may be behind when it says when a user was created.
  package var clockTolerance = Duration.seconds(2)
  /// How long a creation may be in doubt before an operator is told.
  package var unresolvedAfter = Duration.seconds(15 * 60)
  /// For how long an unresolved creation is looked after.
  package var reconcileLimit = Duration.seconds(24 * 3600)
  /// The first wait between two looks; each further one is twice as long.
  package var firstLookInterval = Duration.seconds(1)
  package var longestLookInterval = Duration.seconds(10)
  /// Between two looks at an unresolved creation.
  package var unresolvedLookInterval = Duration.seconds(60)
  /// How long a call without a deadline waits for another that is under way.
  package var longestWait = Duration.seconds(30)
  /// What is left of a caller's deadline to send it an answer in.
  package var answerReserve = Duration.milliseconds(100)
  /// What a caller is told to wait before it asks again for a creation in doubt.
  package var inDoubtRetry = Duration.seconds(5)

  package init() {}
}

extension Duration {
  /// Whole microseconds.
  package var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
