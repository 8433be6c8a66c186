/// Durations in the buckets of gRFC A66.
struct Histogram: Equatable, Sendable {
  /// Upper bounds in seconds.
  static let bounds: [Double] = [
    0, 0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006,
    0.008, 0.01, 0.013, 0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16, 0.2,
    0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 2, 5, 10, 20, 50, 100,
  ]

  /// One for each bound, and one for what is beyond the last.
  private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
  private(set) var sum = 0.0

  mutating func observe(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let value = Double(seconds) + Double(attoseconds) * 1e-18
    sum += value
    counts[Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count] += 1
  }

  var count: Int { counts.reduce(0, +) }
}
