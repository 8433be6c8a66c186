import Testing

@testable import Provisioning

@Suite("Identifiers")
struct IdentifierTests {
  @Test("The text form is the 36 characters in lower case, and reads back")
  func text() {
    let identifier = Identifier(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
    #expect(identifier.description == "01234567-89ab-cdef-fedc-ba9876543210")
    #expect(Identifier("01234567-89AB-CDEF-FEDC-BA9876543210") == identifier)
    #expect(Identifier.nil.description == "00000000-0000-0000-0000-000000000000")
    var random = SeededGenerator(seed: 5)
    for _ in 0..<100 {
      let identifier = Identifier(high: random.next(), low: random.next())
      #expect(Identifier(identifier.description) == identifier)
    }
  }

  @Test("Version 7 sorts by time and has its version and variant")
  func version7() {
    let ones = (UInt64.max, UInt64.max)
    let earlier = Identifier.version7(unixMilliseconds: 0x0190_0000_0000, random: ones)
    let later = Identifier.version7(unixMilliseconds: 0x0190_0000_0001, random: (0, 0))
    #expect(earlier < later)
    #expect(earlier.description == "01900000-0000-7fff-bfff-ffffffffffff")
    #expect(later.description == "01900000-0001-7000-8000-000000000000")
  }
}
