import Provisioning

/// How far the service's clock is ahead of ours, learned from the `Date` of its answers (the rules
/// and cases of the AWS SDKs' common clock skew test suite, 2026). A value: the times are
/// arguments.
struct ClockSkew: Equatable, Sendable {
  /// Seconds to add to our time before signing.
  private(set) var seconds: Int64 = 0

  /// An answer that took longer than this says nothing of the clocks: 15 minutes, in seconds.
  static let longestTrustedRoundTrip: Int64 = 900
  /// A signature error is worth another attempt when the clocks turn out to be this far apart from
  /// what was assumed: 4 of the 5 minutes that the service allows, in seconds.
  static let worthResigning: Int64 = 240

  /// Learns from one answer, whatever its status.
  ///
  /// - Parameters:
  ///   - sent: our clock when the request left.
  ///   - received: our clock when the answer came.
  ///   - date: the answer's `Date`, in seconds of the epoch.
  ///   - hasAge: whether the answer has an `Age`: it came out of a cache then.
  /// - Returns: whether the answer could be learned from.
  @discardableResult
  mutating func learn(
    sent: Timestamp, received: Timestamp, date: Int64?, hasAge: Bool
  ) -> Bool {
    guard let date, !hasAge, received >= sent,
      received.seconds - sent.seconds <= Self.longestTrustedRoundTrip
    else { return false }
    let midpoint = sent.seconds + (received.seconds - sent.seconds) / 2
    seconds = date - midpoint
    return true
  }
}
