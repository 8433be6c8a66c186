import Provisioning
import Testing

@testable import Cognito

@Suite struct RetryPolicyTests {
  typealias Decision = RetryPolicy.Decision

  func decide(
    _ kind: DirectoryFailure.Kind, executed: Executed = .no, retryAfter: Duration? = nil,
    history: RetryPolicy.History = .init(), clock: RetryPolicy.ClockEvidence = .init(),
    remaining: Duration? = nil, random: Double = 0.5
  ) -> Decision {
    RetryPolicy.decision(
      after: DirectoryFailure(kind: kind, executed: executed, retryAfter: retryAfter),
      history: history, clock: clock, remaining: remaining, random: random)
  }

  @Test(arguments: DirectoryFailure.Kind.allCases)
  func whatMayHaveBeenExecutedIsNeverSentAgain(_ kind: DirectoryFailure.Kind) {
    let clock = RetryPolicy.ClockEvidence(isKnown: true, change: 600)
    #expect(decide(kind, executed: .unknown, clock: clock) == .stop)
    #expect(decide(kind, executed: .yes, clock: clock) == .stop)
  }

  @Test(arguments: DirectoryFailure.Kind.allCases)
  func onlyFourKindsAreSentAgain(_ kind: DirectoryFailure.Kind) {
    let decision = decide(kind, clock: .init(isKnown: true, change: 600))
    switch kind {
    case .throttled: #expect(decision == .wait(.milliseconds(500)))
    case .credentialsRejected: #expect(decision == .refreshCredentials)
    case .clockSkewed, .signatureRejected: #expect(decision == .sign)
    default: #expect(decision == .stop)
    }
    let last = RetryPolicy.History(attempts: RetryPolicy.maximumAttempts)
    #expect(decide(kind, history: last, clock: .init(isKnown: true, change: 600)) == .stop)
  }

  @Test func credentialsAndClockAreMendedOnce() {
    let history = RetryPolicy.History(
      attempts: 2, hasRefreshedCredentials: true, hasCorrectedClock: true)
    let clock = RetryPolicy.ClockEvidence(isKnown: true, change: 600)
    #expect(decide(.credentialsRejected, history: history) == .stop)
    #expect(decide(.clockSkewed, history: history, clock: clock) == .stop)
    #expect(decide(.signatureRejected, history: history, clock: clock) == .stop)
  }

  @Test(
    arguments: [
      (.clockSkewed, true, 0, .sign), (.clockSkewed, false, 0, .stop),
      (.signatureRejected, true, 239, .stop), (.signatureRejected, true, 240, .sign),
      (.signatureRejected, true, -240, .sign), (.signatureRejected, false, 600, .stop),
    ] as [(DirectoryFailure.Kind, Bool, Int64, Decision)])
  func theClockIsCorrectedWhereItIsToBlame(
    kind: DirectoryFailure.Kind, isKnown: Bool, change: Int64, expected: Decision
  ) {
    #expect(decide(kind, clock: .init(isKnown: isKnown, change: change)) == expected)
  }

  @Test(
    arguments: [
      // attempts, random, hint, expected milliseconds
      (1, 0, nil, 0), (1, 0.5, nil, 500), (2, 0.5, nil, 1000), (1, 0.5, 100, 500),
      (1, 0.5, 3000, 3000), (1, 0.5, 60_000, 5500), (2, 0.25, 2000, 2000),
    ] as [(Int, Double, Int?, Int)])
  func throttlingBacksOff(attempts: Int, random: Double, hint: Int?, expected: Int) {
    let decision = decide(
      .throttled, retryAfter: hint.map { .milliseconds($0) },
      history: .init(attempts: attempts), random: random)
    #expect(decision == .wait(.milliseconds(expected)))
  }

  @Test(arguments: [(501, true), (500, false), (1, false), (0, false), (-1, false)])
  func theDeadlineIsKept(remaining: Int, waits: Bool) {
    let decision = decide(.throttled, remaining: .milliseconds(remaining))
    #expect(decision == (waits ? .wait(.milliseconds(500)) : .stop))
  }

  @Test func nothingIsSentAgainPastTheDeadline() {
    #expect(decide(.credentialsRejected, remaining: .zero) == .stop)
    #expect(
      decide(.clockSkewed, clock: .init(isKnown: true, change: 600), remaining: .zero) == .stop)
  }
}
