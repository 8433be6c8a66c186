import Provisioning

/// Both clocks of a process, as ``Moment`` has them.
struct CreationClock: Sendable {
  private let wall: any WallClock
  private let origin = ContinuousClock.now

  init(wall: any WallClock) {
    self.wall = wall
  }

  var now: Moment {
    Moment(wall: wall.now().microseconds, uptime: uptime(ContinuousClock.now))
  }

  func uptime(_ instant: ContinuousClock.Instant) -> Duration { instant - origin }

  func instant(_ uptime: Duration) -> ContinuousClock.Instant { origin + uptime }

  /// Ends early when the task is cancelled.
  func sleep(until uptime: Duration) async {
    try? await Task.sleep(until: instant(uptime), clock: .continuous)
  }
}
