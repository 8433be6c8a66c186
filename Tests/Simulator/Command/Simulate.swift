import CreationSimulator
import Foundation

/// `simulate [SEEDS [FIRST]]`: runs so many seeds, prints what they came to, and ends with 1 when one
/// of them broke an invariant.
@main
struct Simulate {
  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
    let count = numbers.first ?? 1500
    let first = numbers.dropFirst().first ?? 1
    var creations = 0
    var sends = 0
    var crashes = 0
    var states: [String: Int] = [:]
    var broken = 0
    let duration = ContinuousClock().measure {
      for seed in first..<first + count {
        let report = Simulation.run(seed: seed)
        creations += report.creations
        sends += report.sends
        crashes += report.crashes
        states.merge(report.states, uniquingKeysWith: +)
        guard !report.violations.isEmpty else { continue }
        broken += 1
        print("seed \(seed): \(report.violations.joined(separator: "; "))")
      }
    }
    print(
      "\(count) seeds, \(creations) creations, \(sends) sends, \(crashes) crashes, "
        + "\(broken) broken, in \(duration)")
    for (state, number) in states.sorted(by: { $0.key < $1.key }) { print("  \(state): \(number)") }
    if broken > 0 { exit(1) }
  }
}
