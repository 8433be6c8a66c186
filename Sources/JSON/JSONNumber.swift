/// A JSON number as its digits, so that no precision is lost on the way to a point in time.
package struct JSONNumber {
  /// What the digits stand in.
  private let text: [UInt8]
  var isNegative = false
  var integerDigits = 0..<0
  var fractionDigits = 0..<0
  private(set) var exponent = 0
  private var hasExponent = false

  /// Exponents beyond this are held at it: the value is zero or out of range long before.
  private static let maximumExponent = 100_000
  /// Seconds have at most twelve digits, enough for some 30,000 years: a value that reached this
  /// takes no more.
  private static let secondsLimit: Int64 = 100_000_000_000

  init(text: [UInt8]) {
    self.text = text
  }

  mutating func setExponent(_ digits: Range<Int>, isNegative: Bool) {
    var value = 0
    for index in digits {
      value = min(value * 10 + Int(text[index] - UInt8(ascii: "0")), Self.maximumExponent)
    }
    exponent = isNegative ? -value : value
    hasExponent = true
  }

  /// `nil` for a number that is written with a fraction or an exponent, or that `Int` cannot hold.
  package var integer: Int? {
    guard fractionDigits.isEmpty, !hasExponent else { return nil }
    return Int((isNegative ? "-" : "") + String(decoding: text[integerDigits], as: UTF8.self))
  }

  /// The number as seconds of the Unix epoch: whole ones, and 0 ..< 1_000_000_000 nanoseconds on
  /// top of them. Digits beyond the nanosecond are cut off.
  ///
  /// - Throws: ``JSONError/outOfRange`` for more than twelve digits of seconds.
  package func epochTime() throws(JSONError) -> (seconds: Int64, nanoseconds: Int32) {
    // The value is 0.d0d1d2… × 10^point.
    let point = integerDigits.count + exponent
    var seconds: Int64 = 0
    var nanoseconds: Int32 = 0
    var position = 0
    let digitCount = integerDigits.count + fractionDigits.count
    while position < digitCount {
      let index =
        position < integerDigits.count
        ? integerDigits.lowerBound + position
        : fractionDigits.lowerBound + position - integerDigits.count
      let value = text[index] - UInt8(ascii: "0")
      if position < point {
        // Leading zeros do not count: 0.0001e12 is one hundred million.
        guard seconds < Self.secondsLimit else { throw .outOfRange }
        seconds = seconds * 10 + Int64(value)
      } else if position - point < 9 {
        nanoseconds += Int32(value) * Self.powersOfTen[8 - (position - point)]
      } else {
        break
      }
      position += 1
    }
    while position < point, seconds > 0 {
      guard seconds < Self.secondsLimit else { throw .outOfRange }
      seconds *= 10
      position += 1
    }
    guard isNegative else { return (seconds, nanoseconds) }
    return nanoseconds == 0
      ? (-seconds, 0) : (-seconds - 1, 1_000_000_000 - nanoseconds)
  }

  private static let powersOfTen: [Int32] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]
}
