import Provisioning
import Testing

@testable import Cognito

/// The cases follow the AWS SDKs' common clock skew test suite of 2026.
@Suite struct ClockSkewTests {
  struct Case: Sendable {
    var name: String
    var initial: Int64 = 0
    var roundTrip: Int64 = 2
    /// The service's clock minus ours when the request left.
    var date: Int64?
    var hasAge = false
    var expected: Int64
    var isKnown = true
  }

  @Test(arguments: [
    Case(name: "clocks agree", date: 1, expected: 0),
    Case(name: "service ahead", date: 301, expected: 300),
    Case(name: "service behind", date: -599, expected: -600),
    Case(name: "small skew is recorded", date: 121, expected: 120),
    Case(name: "stale skew is corrected by a success", initial: 300, date: 1, expected: 0),
    Case(name: "answer too late", roundTrip: 960, date: 600, expected: 0, isKnown: false),
    Case(name: "at the limit", roundTrip: 900, date: 450, expected: 0),
    Case(name: "no date", initial: 300, date: nil, expected: 300, isKnown: false),
    Case(name: "from a cache", date: -17_280, hasAge: true, expected: 0, isKnown: false),
    Case(name: "our clock went back", roundTrip: -5, date: 1, expected: 0, isKnown: false),
  ])
  func learns(_ example: Case) {
    let start: Int64 = 1_767_225_600
    var skew = ClockSkew()
    skew.learn(
      sent: Timestamp(seconds: start), received: Timestamp(seconds: start),
      date: start + example.initial, hasAge: false)
    #expect(skew.seconds == example.initial)
    let isKnown = skew.learn(
      sent: Timestamp(seconds: start), received: Timestamp(seconds: start + example.roundTrip),
      date: example.date.map { start + $0 }, hasAge: example.hasAge)
    #expect(isKnown == example.isKnown, "\(example.name)")
    #expect(skew.seconds == example.expected, "\(example.name)")
  }
}
