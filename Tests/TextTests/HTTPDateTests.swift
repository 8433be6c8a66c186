import Testing
import Text

@Suite struct HTTPDateTests {
  @Test(
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Thu, 01 Jan 2026 00:05:01 GMT", 1_767_225_901),
      ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
    ] as [(String, Int64)])
  func reads(text: String, expected: Int64) {
    #expect(HTTPDate.epochSeconds(text) == expected)
  }

  @Test(arguments: [
    "", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 nov 1994 08:49:37 GMT",
    "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 06 Nov 1994 08-49:37 GMT", "Sun, 06 Nov 19x4 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMTx",
  ])
  func refuses(_ text: String) {
    #expect(HTTPDate.epochSeconds(text) == nil)
  }

  @Test(
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (1_795_247_999, "Sat, 21 Nov 2026 07:59:59 GMT"),
    ] as [(Int64, String)])
  func writes(seconds: Int64, text: String) {
    #expect(HTTPDate.text(epochSeconds: seconds) == text)
    #expect(HTTPDate.epochSeconds(text) == seconds)
  }
}
