import FoundationEssentials
import Synchronization

/// The wall clock of a sandbox, which can be set wrong.
final class SandboxClock: Sendable {
  private let skewMilliseconds = Atomic<Int64>(0)

  /// How far the clock runs ahead; negative: behind.
  var skew: Duration {
    get { .milliseconds(skewMilliseconds.load(ordering: .relaxed)) }
    set {
      let (seconds, attoseconds) = newValue.components
      skewMilliseconds.store(
        seconds * 1000 + attoseconds / 1_000_000_000_000_000, ordering: .relaxed)
    }
  }

  /// Milliseconds of the Unix epoch.
  var now: Int64 {
    Int64(Date().timeIntervalSince1970 * 1000) + skewMilliseconds.load(ordering: .relaxed)
  }
}
