import SigV4
import Testing

@Suite struct DateStampTests {
  @Test(
    arguments: [
      (0, "19700101T000000Z"),
      (1_440_938_160, "20150830T123600Z"),
      (951_782_399, "20000228T235959Z"),
      (951_782_400, "20000229T000000Z"),
      (951_868_800, "20000301T000000Z"),
      (4_107_542_400, "21000301T000000Z"),
      (4_107_542_399, "21000228T235959Z"),
      (1_798_761_599, "20261231T235959Z"),
      (1_798_761_600, "20270101T000000Z"),
      (-1, "19691231T235959Z"),
      (-62_167_219_200, "00000101T000000Z"),
      (253_402_300_799, "99991231T235959Z"),
    ] as [(Int64, String)])
  func formatsAndReadsBack(epochSeconds: Int64, text: String) {
    let stamp = DateStamp(epochSeconds: epochSeconds)
    #expect(String(decoding: stamp.text, as: UTF8.self) == text)
    #expect(DateStamp(text: text) == stamp)
    #expect(stamp.day.elementsEqual(text.utf8.prefix(8)))
  }

  @Test func clampsYearsOfMoreThanFourDigits() {
    #expect(DateStamp(epochSeconds: .max) == DateStamp(epochSeconds: 253_402_300_799))
    #expect(DateStamp(epochSeconds: .min) == DateStamp(epochSeconds: -62_167_219_200))
  }

  @Test(arguments: [
    "", "20150830T123600", "20150830T123600Zx", "20150830 123600Z", "2015083OT123600Z",
    "20150229T000000Z", "20151301T000000Z", "20150830T240000Z", "20150830T126000Z",
    "20150830T123660Z", "20150800T123600Z", "+0150830T123600Z", "２0150830T1236Z",
  ])
  func refuses(_ text: String) {
    #expect(DateStamp(text: text) == nil)
  }
}
