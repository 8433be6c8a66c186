import Text

/// A second of UTC in the form that signatures use, `YYYYMMDDTHHMMSSZ` (ISO 8601 basic format).
/// Formatting costs an allocation: a caller that signs often keeps the stamp for its second.
package struct DateStamp: Hashable, Sendable {
  /// The bytes of the text form.
  package static let textByteCount = 16
  /// The bytes of the date in front of the `T`.
  package static let dayByteCount = 8

  package let epochSeconds: Int64
  /// `YYYYMMDDTHHMMSSZ`, the value of `X-Amz-Date`.
  package let text: [UInt8]

  /// - Parameter epochSeconds: seconds of the Unix epoch; years outside 0...9999 are clamped.
  package init(epochSeconds: Int64) {
    let seconds = min(max(epochSeconds, Self.earliest), Self.latest)
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let time = seconds - days * 86_400
    let date = CivilDate(daysSinceEpoch: Int(days))
    var text: [UInt8] = []
    text.reserveCapacity(Self.textByteCount)
    text.append(decimal: Int64(date.year), digits: 4)
    text.append(decimal: Int64(date.month), digits: 2)
    text.append(decimal: Int64(date.day), digits: 2)
    text.append(UInt8(ascii: "T"))
    text.append(decimal: time / 3600, digits: 2)
    text.append(decimal: time / 60 % 60, digits: 2)
    text.append(decimal: time % 60, digits: 2)
    text.append(UInt8(ascii: "Z"))
    self.epochSeconds = seconds
    self.text = text
  }

  /// Reads the text form; `nil` for anything else, including dates that no calendar has.
  package init?(text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == Self.textByteCount, bytes[8] == UInt8(ascii: "T"),
      bytes[15] == UInt8(ascii: "Z"),
      let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[4..<6]),
      let day = Self.number(bytes[6..<8]), let hour = Self.number(bytes[9..<11]),
      let minute = Self.number(bytes[11..<13]), let second = Self.number(bytes[13..<15]),
      hour < 24, minute < 60, second < 60,
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    epochSeconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    self.text = bytes
  }

  /// `YYYYMMDD`, the date of a credential scope.
  package var day: ArraySlice<UInt8> { text[..<Self.dayByteCount] }

  /// 0000-01-01T00:00:00Z
  private static let earliest: Int64 = -62_167_219_200
  /// 9999-12-31T23:59:59Z
  private static let latest: Int64 = 253_402_300_799

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }
}
