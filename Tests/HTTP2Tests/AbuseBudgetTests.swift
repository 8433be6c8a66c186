import NIOCore
import Testing

@testable import HTTP2

@Suite struct AbuseBudgetTests {
  private func at(_ milliseconds: Int64) -> NIODeadline {
    .uptimeNanoseconds(1) + .milliseconds(milliseconds)
  }

  @Test func bucketRefillsWithTime() {
    var bucket = TokenBucket(TokenRate(burst: 10, perSecond: 100), at: at(0))
    equal(bucket.take(10, at: at(0)), true)
    equal(bucket.take(1, at: at(1)), false)
    equal(bucket.take(10, at: at(101)), true)
    equal(bucket.take(11, at: at(100_000)), false)
    equal(bucket.take(0, at: at(100_000)), true)
  }

  @Test func bucketSurvivesAClockThatStandsOrGoesBack() {
    var bucket = TokenBucket(TokenRate(burst: 1, perSecond: 1), at: at(5_000))
    equal(bucket.take(1, at: at(4_000)), true)
    equal(bucket.take(1, at: at(5_000)), false)
    equal(bucket.take(1, at: at(6_001)), true)
  }

  struct Kind: CustomTestStringConvertible, Sendable {
    let abuse: Abuse
    let rate: any KeyPath<AbuseLimits, TokenRate> & Sendable
    let count: any WritableKeyPath<FrameCounts, Int> & Sendable
    var testDescription: String { abuse.rawValue }
  }

  static let kinds = [
    Kind(abuse: .settings, rate: \.settings, count: \.settings),
    Kind(abuse: .pings, rate: \.pings, count: \.pings),
    Kind(abuse: .resets, rate: \.resets, count: \.resets),
    Kind(abuse: .emptyFrames, rate: \.emptyFrames, count: \.empty),
    Kind(abuse: .priorities, rate: \.priorities, count: \.priorities),
    Kind(abuse: .windowUpdates, rate: \.windowUpdates, count: \.windowUpdates),
    Kind(abuse: .unknownFrames, rate: \.unknownFrames, count: \.unknown),
    Kind(abuse: .continuations, rate: \.continuations, count: \.continuations),
  ]

  /// The burst at once, then the rate for a minute; one more is too much.
  @Test(arguments: kinds)
  func chargesEachKindOfFrame(_ kind: Kind) {
    let limits = AbuseLimits()
    let rate = limits[keyPath: kind.rate]
    var budget = AbuseBudget(limits, at: at(0))
    func counts(_ count: Int) -> FrameCounts {
      var counts = FrameCounts()
      counts[keyPath: kind.count] = count
      return counts
    }
    equal(budget.charge(counts(rate.burst), at: at(0)), nil)
    for second in 1...60 as ClosedRange<Int64> {
      equal(budget.charge(counts(rate.perSecond), at: at(1_000 * second)), nil)
    }
    equal(budget.charge(counts(1), at: at(60_000)), kind.abuse)
  }

  @Test func chargesWhatThePeerMakesUsSend() {
    let limits = AbuseLimits()
    var budget = AbuseBudget(limits, at: at(0))
    var sent = SentCounts()
    sent.forcedResets = limits.forcedResets.burst
    sent.refusedStreams = limits.refusedStreams.burst
    equal(budget.charge(sent, at: at(0)), nil)
    equal(budget.charge(SentCounts(headers: 5, data: 5, dataBytes: 9), at: at(0)), nil)
    equal(budget.charge(SentCounts(refusedStreams: 1), at: at(0)), .refusedStreams)
    equal(budget.charge(SentCounts(forcedResets: 1), at: at(0)), .forcedResets)
  }

  @Test func chargesHeadersAboveTheLimit() {
    let limits = AbuseLimits()
    var budget = AbuseBudget(limits, at: at(0))
    let burst = limits.excessHeaderOctets.burst
    equal(budget.charge(excessHeaderOctets: burst, at: at(0)), nil)
    equal(budget.charge(excessHeaderOctets: 1, at: at(0)), .excessHeaders)
  }

  /// A client that acknowledges each 512 bytes, twice, for a gigabyte in no time.
  @Test func letsWindowsFollowWhatWasSent() {
    var budget = AbuseBudget(AbuseLimits(), at: at(0))
    for _ in 0..<20_000 {
      equal(budget.charge(SentCounts(data: 4, dataBytes: 65_536), at: at(0)), nil)
      equal(budget.charge(FrameCounts(total: 128, windowUpdates: 128), at: at(0)), nil)
    }
  }

  /// A busy client, which reads many small messages before it gives their windows back.
  @Test func letsManyFramesBeAcknowledgedAtOnce() {
    var budget = AbuseBudget(AbuseLimits(), at: at(0))
    equal(
      budget.charge(SentCounts(data: 20_000, dataBytes: 300_000, wholeData: 20_000), at: at(0)), nil
    )
    equal(budget.charge(FrameCounts(total: 40_000, windowUpdates: 40_000), at: at(0)), nil)
  }

  /// A client that does so for each of many small messages. What a window of one byte lets out earns
  /// nothing (CVE-2019-9511).
  @Test func letsEachWholeFrameBeAcknowledged() {
    var budget = AbuseBudget(AbuseLimits(), at: at(0))
    for _ in 0..<20_000 {
      equal(budget.charge(SentCounts(data: 5, dataBytes: 50, wholeData: 5), at: at(0)), nil)
      equal(budget.charge(FrameCounts(total: 10, windowUpdates: 10), at: at(0)), nil)
    }
    var verdict: Abuse?
    for _ in 0..<20_000 where verdict == nil {
      equal(budget.charge(SentCounts(data: 5, dataBytes: 5), at: at(0)), nil)
      verdict = budget.charge(FrameCounts(total: 5, windowUpdates: 5), at: at(0))
    }
    equal(verdict, .windowUpdates)
  }
}
