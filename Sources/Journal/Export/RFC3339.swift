/// Times as RFC 3339 has them, in UTC, to the microsecond.
package enum RFC3339 {
  private static let microsecondsOfDay: Int64 = 86_400_000_000

  /// - Parameter microseconds: of the Unix epoch; a year of more than four digits is written as it is.
  package static func bytes(microseconds: Int64) -> [UInt8] {
    let day = Int64((Double(microseconds) / Double(microsecondsOfDay)).rounded(.down))
    var days = day
    var rest = microseconds - days * microsecondsOfDay
    if rest < 0 {
      days -= 1
      rest += microsecondsOfDay
    } else if rest >= microsecondsOfDay {
      days += 1
      rest -= microsecondsOfDay
    }
    let (year, month, dayOfMonth) = date(ofDay: days)
    let seconds = rest / 1_000_000
    var text: [UInt8] = []
    text.reserveCapacity(27)
    text.append(decimal: max(0, year), digits: 4)
    text.append(UInt8(ascii: "-"))
    text.append(decimal: month, digits: 2)
    text.append(UInt8(ascii: "-"))
    text.append(decimal: dayOfMonth, digits: 2)
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

  /// The date in the Gregorian calendar. Years are counted from March, so that the day that not all
  /// have is their last, in eras of 400 years, of which each has as many days.
  ///
  /// - Parameter day: since the first of January 1970.
  private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // From the first of March of the year 0.
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // Five months from March on have 153 days together, twice.
    let month = (5 * dayOfYear + 2) / 153
    let isNextYear = month >= 10
    return (
      era * 400 + yearOfEra + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3,
      dayOfYear - (153 * month + 2) / 5 + 1
    )
  }
}
