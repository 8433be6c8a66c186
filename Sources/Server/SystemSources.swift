import Foundation
import Provisioning

/// The wall clock of the system.
struct SystemClock: WallClock {
  func now() -> Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
  }
}

/// UUIDs of version 7 from the system's clock and random numbers.
struct SystemIdentifiers: IdentifierSource {
  func next() -> Identifier {
    let now = SystemClock().now()
    let milliseconds = UInt64(now.seconds) * 1000 + UInt64(now.nanoseconds) / 1_000_000
    return .version7(
      unixMilliseconds: milliseconds,
      random: (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)))
  }
}
