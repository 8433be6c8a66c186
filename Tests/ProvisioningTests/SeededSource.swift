import Synchronization

@testable import Provisioning

/// Random numbers of the domain that are the same in every run.
final class SeededSource: RandomSource {
  private let random: Mutex<SeededGenerator>

  init(seed: UInt64 = 1) {
    random = Mutex(SeededGenerator(seed: seed))
  }

  func number(below count: Int) -> Int {
    random.withLock { Int.random(in: 0..<count, using: &$0) }
  }
}
