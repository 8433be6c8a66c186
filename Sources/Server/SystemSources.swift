import Foundation
import Provisioning
import Synchronization

/// The wall clock of the system, to the quarter of a microsecond.
struct SystemClock: WallClock {
  func now() -> Timestamp {
    let time = Date().timeIntervalSince1970
    let seconds = time.rounded(.down)
    return Timestamp(
      seconds: Int64(seconds), nanoseconds: Int32((time - seconds) * 1_000_000_000))
  }
}

/// Random numbers of the system, fit for secrets.
struct SystemRandom: RandomSource {
  func next() -> UInt64 {
    var system = SystemRandomNumberGenerator()
    return system.next()
  }
}

/// UUIDs of version 7 from the system's clock and random numbers. The numbers are fetched many at
/// a time, because the system makes each request for them a call of the kernel.
final class SystemIdentifiers: IdentifierSource {
  /// Random bits for identifiers to come: two words each.
  private struct Supply {
    /// 256 bytes: the most that `getentropy(3)` gives at once.
    private let wordCount = 32
    private var words: [UInt64] = []

    mutating func pair() -> (UInt64, UInt64) {
      if words.isEmpty { refill() }
      return (words.removeLast(), words.removeLast())
    }

    private mutating func refill() {
      words = [UInt64](repeating: 0, count: wordCount)
      let isFilled = unsafe words.withUnsafeMutableBytes { bytes in
        unsafe getentropy(bytes.baseAddress, bytes.count) == 0
      }
      // A kernel without the call; the standard library knows other sources.
      if !isFilled { words = (0..<wordCount).map { _ in .random(in: .min ... .max) } }
    }
  }

  private let supply = Mutex(Supply())

  func next() -> Identifier {
    let now = SystemClock().now()
    let milliseconds = UInt64(now.seconds) * 1000 + UInt64(now.nanoseconds) / 1_000_000
    return .version7(unixMilliseconds: milliseconds, random: supply.withLock { $0.pair() })
  }
}
