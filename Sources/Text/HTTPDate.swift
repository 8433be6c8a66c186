/// The value of a `Date` header in its one current form, IMF-fixdate (RFC 9110, section 5.6.7):
/// `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
  /// Seconds of the Unix epoch; `nil` for anything else, the two obsolete forms too.
  package static func epochSeconds(_ text: String) -> Int64? {
    epochSeconds(text.utf8.span)
  }

  package static func epochSeconds(_ bytes: Span<UInt8>) -> Int64? {
    guard bytes.count == 29, bytes[3] == UInt8(ascii: ","), has(" GMT", bytes, at: 25),
      bytes[19] == UInt8(ascii: ":"), bytes[22] == UInt8(ascii: ":"),
      let month = months.indices.first(where: { has(months[$0], bytes, at: 8) }),
      let day = number(bytes, 5..<7), let year = number(bytes, 12..<16),
      let hour = number(bytes, 17..<19), let minute = number(bytes, 20..<22),
      let second = number(bytes, 23..<25),
      // A leap second is allowed by the grammar.
      hour < 24, minute < 60, second <= 60,
      let date = CivilDate(year: year, month: month + 1, day: day)
    else { return nil }
    return Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  /// - Parameter epochSeconds: not before the epoch.
  package static func text(epochSeconds: Int64) -> String {
    let (days, time) = Int(max(0, epochSeconds)).quotientAndRemainder(dividingBy: 86_400)
    let date = CivilDate(daysSinceEpoch: days)
    let weekday = weekdays[(days + weekdayOfEpoch) % 7]
    let clock = [time / 3600, time / 60 % 60, time % 60].map(twoDigits).joined(separator: ":")
    return "\(weekday), \(twoDigits(date.day)) \(months[date.month - 1]) \(date.year) \(clock) GMT"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months: [StaticString] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  /// 1970-01-01 was a Thursday.
  private static let weekdayOfEpoch = 4

  private static func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : String(value)
  }

  private static func has(_ text: StaticString, _ bytes: Span<UInt8>, at position: Int) -> Bool {
    text.withUTF8Buffer { expected in
      for index in 0..<expected.count {
        if unsafe bytes[position + index] != expected[index] { return false }
      }
      return true
    }
  }

  private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
      let digit = bytes[index]
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }
}
