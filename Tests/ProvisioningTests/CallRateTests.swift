import Testing

@testable import Provisioning

@Suite("Call rates")
struct CallRateTests {
  /// A caller that is judged call after call.
  private struct Meter {
    let rate: CallRate
    var state: Int64 = .min

    /// Nanoseconds to wait, 0 for a call that is admitted.
    mutating func call(at now: Int64) -> Int64 {
      switch rate.judge(at: now, state: state) {
      case .admitted(let next):
        state = next
        return 0
      case .refused(let wait): return wait
      }
    }
  }

  private static let second: Int64 = 1_000_000_000

  @Test("A burst goes through at once, then one call in each interval")
  func burst() throws {
    var meter = Meter(rate: try #require(CallRate(perSecond: 10, burst: 3)))
    #expect((0..<4).map { _ in meter.call(at: 0) } == [0, 0, 0, 100_000_000])
    #expect(meter.call(at: 99_999_999) == 1)
    #expect((0..<2).map { _ in meter.call(at: 100_000_000) } == [0, 100_000_000])
    #expect((0..<4).map { _ in meter.call(at: 10 * Self.second) } == [0, 0, 0, 100_000_000])
  }

  @Test("A refused call costs nothing")
  func refusalsAreFree() throws {
    var meter = Meter(rate: try #require(CallRate(perSecond: 1, burst: 1)))
    #expect(meter.call(at: 0) == 0)
    for _ in 0..<1000 { #expect(meter.call(at: 500_000_000) == 500_000_000) }
    #expect(meter.call(at: Self.second) == 0)
  }

  @Test("Rates that are refused")
  func ranges() {
    for rate in [0, -1, 0.0001, 1_000_001, .infinity, .nan] {
      #expect(CallRate(perSecond: rate, burst: 1) == nil)
    }
    for burst in [0, -1, 1_000_001] { #expect(CallRate(perSecond: 1, burst: burst) == nil) }
    #expect(CallRate(perSecond: 0.001, burst: 1_000_000) != nil)
    #expect(CallRate(perSecond: 1_000_000, burst: 1) != nil)
  }

  @Test("A faster rate is not held by what a slower one has left")
  func reload() throws {
    var slow = Meter(rate: try #require(CallRate(perSecond: 0.001, burst: 1000)))
    for _ in 0..<1000 { _ = slow.call(at: 0) }
    let rate = try #require(CallRate(perSecond: 10, burst: 2))
    var fast = Meter(rate: rate, state: rate.takeOver(slow.state, at: 0))
    #expect(fast.call(at: 0) == 100_000_000)
    #expect(fast.call(at: 100_000_000) == 0)
    // What is less than the new rate allows stays as it was.
    #expect(rate.takeOver(7, at: 0) == 7)
    #expect(rate.takeOver(.min, at: 0) == .min)
  }

  @Test("In no window more calls than the burst and what the rate adds; the wait is exact")
  func property() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let perSecond = Double.random(in: 0.5...2000, using: &random)
      let burst = Int.random(in: 1...50, using: &random)
      let rate = try #require(CallRate(perSecond: perSecond, burst: burst))
      let comment: Comment = "\(perSecond) a second, burst \(burst)"
      var meter = Meter(rate: rate)
      var now = Int64.random(in: -Self.second...Self.second, using: &random)
      var admitted: [Int64] = []
      for _ in 0..<300 {
        now += Int64.random(in: 0...Int64(2 * Double(Self.second) / perSecond), using: &random)
        let wait = meter.call(at: now)
        if wait == 0 {
          admitted.append(now)
        } else {
          var later = meter
          #expect(later.call(at: now + wait - 1) == 1, comment)
          #expect(later.call(at: now + wait) == 0, comment)
        }
      }
      for start in stride(from: 0, to: admitted.count, by: 7) {
        for end in start..<admitted.count {
          let elapsed = Double(admitted[end] - admitted[start]) / Double(Self.second)
          let bound = Double(burst) + elapsed * perSecond
          #expect(Double(end - start + 1) <= bound + 1e-6, comment)
        }
      }
    }
  }
}
