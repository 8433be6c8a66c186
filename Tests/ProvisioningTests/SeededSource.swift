import Synchronization

@testable import Provisioning

/// Random numbers of the domain that are the same in every run.
final class SeededSource: RandomSource {
  private let random: Mutex<SeededGenerator>

  init(seed: UInt64 = 1) {
    random = Mutex(SeededGenerator(seed: seed))
  }

  func next() -> UInt64 { random.withLock { $0.next() } }
}
