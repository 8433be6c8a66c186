import CreationSimulator
import Testing

/// The short form of `make simulate`.
@Suite struct SimulatorTests {
  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func noInvariantBreaks(seed: UInt64) {
    let report = Simulation.run(seed: seed)
    #expect(report.violations.isEmpty)
    #expect(report.creations > 50)
  }

  @Test func aSeedRepeatsExactly() {
    let first = Simulation.run(seed: 7, requestCount: 60)
    #expect(Simulation.run(seed: 7, requestCount: 60) == first)
    #expect(Simulation.run(seed: 8, requestCount: 60) != first)
  }

  @Test(arguments: [
    (PlantedBug.blindResend, "I1"), (.outcomeBeforeCommit, "I2"), (.lostFence, "I7"),
  ])
  func aPlantedBugIsFound(bug: PlantedBug, invariant: String) {
    let found = (1...12 as ClosedRange<UInt64>).contains { seed in
      Simulation.run(seed: seed, bug: bug).violations.contains { $0.hasPrefix(invariant) }
    }
    #expect(found)
  }
}
