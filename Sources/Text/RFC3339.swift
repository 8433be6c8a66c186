/// Times as RFC 3339 has them, in UTC, to the microsecond.
package enum RFC3339 {
  private static let microsecondsOfDay: Int64 = 86_400_000_000

  /// - Parameter microseconds: of the Unix epoch; a year of more than four digits is written as it is.
  package static func bytes(microseconds: Int64) -> [UInt8] {
    var (days, rest) = microseconds.quotientAndRemainder(dividingBy: microsecondsOfDay)
    if rest < 0 {
      days -= 1
      rest += microsecondsOfDay
    }
    let date = CivilDate(daysSinceEpoch: Int(days))
    let seconds = rest / 1_000_000
    var text: [UInt8] = []
    text.reserveCapacity(27)
    text.append(decimal: Int64(max(0, date.year)), digits: 4)
    text.append(UInt8(ascii: "-"))
    text.append(decimal: Int64(date.month), digits: 2)
    text.append(UInt8(ascii: "-"))
    text.append(decimal: Int64(date.day), digits: 2)
    text.append(UInt8(ascii: "T"))
    text.append(decimal: seconds / 3600, digits: 2)
    text.append(UInt8(ascii: ":"))
    text.append(decimal: seconds / 60 % 60, digits: 2)
    text.append(UInt8(ascii: ":"))
    text.append(decimal: seconds % 60, digits: 2)
    text.append(UInt8(ascii: "."))
    text.append(decimal: rest % 1_000_000, digits: 6)
    text.append(UInt8(ascii: "Z"))
    return text
  }
}
