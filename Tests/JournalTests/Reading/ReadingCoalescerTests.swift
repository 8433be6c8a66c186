import Testing

@testable import Journal
@testable import Provisioning

@Suite struct ReadingCoalescerTests {
  private func reading(
    _ kind: AuditReading.Kind = .query, caller: String = "auditor", organization: String = "acme",
    fields: [String] = [], peer: String = "192.0.2.7"
  ) -> AuditReading {
    AuditReading(
      kind: kind,
      origin: CallOrigin(
        callerID: caller, authentication: .token, onBehalfOf: nil, peer: peer),
      organization: organization, policyDigest: "d", fields: fields)
  }

  @Test func theFirstOfEachKindStandsForItself() {
    let coalescer = Coalescer()
    let readings = [
      reading(), reading(.tail), reading(caller: "other"), reading(organization: "globex"),
    ]
    for reading in readings { #expect(coalescer.admits(reading, at: 0)) }
    for reading in readings { #expect(!coalescer.admits(reading, at: 1)) }
    #expect(coalescer.release(at: ReadingCoalescer.window - 1) == [])
    #expect(coalescer.release(at: ReadingCoalescer.window).count == 4)
  }

  @Test func thoseOfAMinuteAreCounted() throws {
    let coalescer = Coalescer()
    #expect(coalescer.admits(reading(fields: ["kind"]), at: 0))
    #expect(!coalescer.admits(reading(fields: ["caller"]), at: 7))
    #expect(!coalescer.admits(reading(fields: ["kind"], peer: "192.0.2.8"), at: 9))
    let held = try #require(coalescer.release(at: ReadingCoalescer.window).first)
    #expect((held.count, held.first, held.last) == (2, 7, 9))
    #expect(held.reading.fields == ["caller", "kind"] && held.reading.origin.peer == "")
  }

  /// A poller leaves one record a minute, however often it asks.
  @Test func whoGoesOnReadingLeavesOneRecordAMinute() {
    let coalescer = Coalescer()
    var records = 0
    for second in 0..<600 {
      let now = Int64(second) * 1_000_000
      records += coalescer.release(at: now).count
      if coalescer.admits(reading(), at: now) { records += 1 }
    }
    #expect(records == 10)
    #expect(coalescer.release(at: 0, isLast: true).count == 1 && coalescer.isEmpty)
  }

  @Test func whoStoppedIsForgotten() {
    let coalescer = Coalescer()
    #expect(coalescer.admits(reading(), at: 0))
    #expect(coalescer.release(at: ReadingCoalescer.window) == [] && coalescer.isEmpty)
    #expect(coalescer.admits(reading(), at: ReadingCoalescer.window + 1))
  }

  @Test func aClockThatWasPutBackHoldsNobody() {
    let coalescer = Coalescer()
    #expect(coalescer.admits(reading(), at: 1000))
    #expect(!coalescer.admits(reading(), at: 1001))
    #expect(coalescer.release(at: 999).count == 1)
  }
}

/// So that an expectation can ask it.
private final class Coalescer {
  private var value = ReadingCoalescer()

  var isEmpty: Bool { value.isEmpty }

  func admits(_ reading: AuditReading, at now: Int64) -> Bool { value.admits(reading, at: now) }

  func release(at now: Int64, isLast: Bool = false) -> [CoalescedReadings] {
    value.release(at: now, isLast: isLast)
  }
}
