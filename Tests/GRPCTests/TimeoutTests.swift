import Testing

@testable import GRPC

@Suite struct TimeoutTests {
  @Test(arguments: [
    ("1H", Duration.seconds(3600)), ("1M", .seconds(60)), ("5S", .seconds(5)),
    ("5000m", .seconds(5)), ("5000000u", .seconds(5)), ("99999999n", .nanoseconds(99_999_999)),
    ("0S", .zero), ("00000001S", .seconds(1)), ("99999999H", .seconds(359_999_996_400)),
  ])
  func reads(text: String, expected: Duration) {
    #expect(Timeout.parse(ArraySlice(text.utf8)) == expected)
  }

  @Test(arguments: [
    "", "5", "S", "-1S", "+1S", "1.5S", "5 S", " 5S", "5S ", "5x", "5s", "5SS", "100000000S",
    "000000001S", "５S", "5\u{0}",
  ])
  func refuses(text: String) {
    #expect(Timeout.parse(ArraySlice(text.utf8)) == nil)
  }

  @Test(arguments: [
    (Duration.zero, "0n"), (.seconds(-1), "0n"), (.nanoseconds(1), "1n"),
    (Duration(secondsComponent: 0, attosecondsComponent: 1), "1n"),
    (.nanoseconds(99_999_999), "99999999n"), (.nanoseconds(100_000_000), "100000u"),
    (.nanoseconds(100_000_001), "100001u"), (.seconds(5), "5000000u"), (.seconds(100), "100000m"),
    (.seconds(100_000), "100000S"), (.seconds(100_000_001), "1666667M"),
    (.seconds(6_000_000_001), "1666667H"), (.seconds(Int64.max), "99999999H"),
  ])
  func writes(timeout: Duration, expected: String) {
    #expect(Timeout.format(timeout) == expected)
  }

  @Test func whatIsWrittenIsReadAsNoLessThanItWas() throws {
    var timeout = Duration.nanoseconds(1)
    while timeout < .seconds(300_000_000_000) {
      let read = try #require(Timeout.parse(ArraySlice(Timeout.format(timeout).utf8)))
      #expect(read >= timeout)
      #expect(read - timeout <= max(timeout / 10_000, .seconds(0)) + .nanoseconds(1))
      timeout = timeout + timeout / 3 + .nanoseconds(1)
    }
  }
}
