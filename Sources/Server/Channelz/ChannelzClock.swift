import Messages
import Provisioning

/// The wall clock and the steady clock at one moment: turns what was measured by the one into what
/// is told by the other.
struct ChannelzClock {
  private let wall: Duration
  private let steady = ContinuousClock.now

  init() {
    let now = SystemClock().now()
    wall = .seconds(now.seconds) + .nanoseconds(Int64(now.nanoseconds))
  }

  func timestamp(_ instant: ContinuousClock.Instant) -> GoogleProtobuf.Timestamp {
    timestamp(ago: instant.duration(to: steady))
  }

  func timestamp(ago age: Duration) -> GoogleProtobuf.Timestamp {
    let (seconds, attoseconds) = (wall - age).components
    return GoogleProtobuf.Timestamp(
      seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
  }
}
