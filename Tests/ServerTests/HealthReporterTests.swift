import Messages
import Testing

@testable import Server

@Suite struct HealthReporterTests {
  private typealias ServingStatus = HealthReporter.ServingStatus

  /// What a watch gives, to its end.
  private func all(_ watch: HealthReporter.Watch) async -> [ServingStatus] {
    await watch.changes.reduce(into: []) { $0.append($1) }
  }

  @Test func servicesStartAsNotServing() {
    let reporter = HealthReporter(services: ["", "a.B"])
    #expect(reporter.statuses == ["": .notServing, "a.B": .notServing])
    #expect(reporter.status(of: "a.C") == nil)
  }

  @Test func watchersAreToldAtOnceAndOfEachChange() async {
    let reporter = HealthReporter(services: ["a", "b"])
    let watch = reporter.watch("a")
    reporter.report(.serving, for: "a")
    reporter.report(.serving, for: "a")
    reporter.report(.serving, for: "b")
    reporter.report(.notServing, for: "a")
    reporter.report(.serving, for: "a")
    reporter.remove(watch)
    await reporter.drain(waitingAtMost: .zero)
    let late = reporter.watch("a")
    #expect(await all(late) == [.notServing])
    var iterator = watch.changes.makeAsyncIterator()
    var seen: [ServingStatus] = []
    for _ in 0..<4 { seen += await iterator.next().map { [$0] } ?? [] }
    #expect(seen == [.notServing, .serving, .notServing, .serving])
  }

  @Test func anUnknownServiceMayBecomeKnown() async {
    let reporter = HealthReporter(services: [])
    let watch = reporter.watch("new")
    reporter.report(.serving, for: "new")
    async let drained: Void = reporter.drain(waitingAtMost: .seconds(60))
    #expect(await all(watch) == [.serviceUnknown, .serving, .notServing])
    reporter.remove(watch)
    await drained
  }

  @Test func drainTellsEverybodyAndWaitsForThem() async {
    let reporter = HealthReporter(services: ["", "a"])
    reporter.report(.serving, for: "")
    reporter.report(.serving, for: "a")
    let (known, unknown) = (reporter.watch("a"), reporter.watch("b"))
    async let drained: Void = reporter.drain(waitingAtMost: .seconds(60))
    #expect(await all(known) == [.serving, .notServing])
    #expect(await all(unknown) == [.serviceUnknown])
    #expect(reporter.isDraining)
    reporter.remove(known)
    reporter.remove(unknown)
    await drained
    reporter.report(.serving, for: "a")
    #expect(reporter.statuses == ["": .notServing, "a": .notServing])
    #expect(!reporter.readiness.passes)
  }

  @Test func aWatcherThatDoesNotReadLearnsOfTheNewest() async {
    let reporter = HealthReporter(services: ["a"])
    let watch = reporter.watch("a")
    for round in 0...(2 * HealthReporter.watchBacklog) {
      reporter.report(round.isMultiple(of: 2) ? .serving : .notServing, for: "a")
    }
    async let drained: Void = reporter.drain(waitingAtMost: .seconds(60))
    let seen = await all(watch)
    // One of them is read before the drain is seen.
    #expect(seen.count <= HealthReporter.watchBacklog + 1)
    #expect(seen.last == .notServing)
    reporter.remove(watch)
    await drained
  }

  @Test func aWatcherThatNeverEndsDoesNotHoldTheDrain() async {
    let reporter = HealthReporter(services: ["a"])
    let watch = reporter.watch("a")
    await reporter.drain(waitingAtMost: .milliseconds(1))
    #expect(await all(watch) == [.notServing])
  }

  @Test(arguments: [(true, true), (false, true), (true, false)])
  func theAuditSideIsApartFromCreation(isReady: Bool, takesRecords: Bool) {
    let reporter = HealthMonitor.makeReporter()
    let monitor = HealthMonitor(
      reporter: reporter,
      readiness: { Readiness(checks: [.init(name: "x", passes: isReady, detail: "")]) },
      takesRecords: { takesRecords })
    monitor.look()
    #expect(
      reporter.statuses == [
        "": isReady ? .serving : .notServing,
        "provisioning.v1.UserProvisioningService": takesRecords ? .serving : .notServing,
        "provisioning.v1.AuditService": .serving,
      ])
  }
}
