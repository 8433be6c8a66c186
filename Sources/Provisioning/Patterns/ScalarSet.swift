/// A set of Unicode scalars: one literal of a pattern, or one of its classes.
struct ScalarSet: Equatable, Sendable {
  /// Bit n of the two words: whether ASCII's scalar n is in the set, before it is negated.
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  /// Everything beyond ASCII, before it is negated.
  private var ranges: [ClosedRange<UInt32>] = []
  private let isNegated: Bool

  init(isNegated: Bool = false) {
    self.isNegated = isNegated
  }

  init(_ scalar: Unicode.Scalar) {
    self.init()
    insert(scalar...scalar)
  }

  mutating func insert(_ range: ClosedRange<Unicode.Scalar>) {
    for value in range.lowerBound.value...range.upperBound.value {
      if value < 64 {
        low |= 1 << UInt64(value)
      } else if value < 128 {
        high |= 1 << UInt64(value - 64)
      } else {
        ranges.append(value...range.upperBound.value)
        return
      }
    }
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    let isListed =
      if value < 64 {
        low >> UInt64(value) & 1 == 1
      } else if value < 128 {
        high >> UInt64(value - 64) & 1 == 1
      } else {
        ranges.contains { $0.contains(value) }
      }
    return isListed != isNegated
  }
}
