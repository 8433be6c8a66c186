import Foundation
import Testing
import Text

@Suite struct RFC3339Tests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
    (1_709_210_096_000_001, "2024-02-29T12:34:56.000001Z"),
    (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
    (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
  ])
  func texts(microseconds: Int64, text: String) {
    #expect(RFC3339.bytes(microseconds: microseconds) == Array(text.utf8))
  }

  /// From 1586 on: before, Foundation counts by the calendar of the time.
  @Test func everyDayIsThatOfFoundation() {
    let style = Date.ISO8601FormatStyle()
    for day in stride(from: -140_000, through: 200_000, by: 97) {
      let seconds = Int64(day) * 86_400 + 3661
      let text = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(style)
      #expect(
        String(decoding: RFC3339.bytes(microseconds: seconds * 1_000_000), as: UTF8.self)
          == text.dropLast() + ".000000Z")
    }
  }
}
