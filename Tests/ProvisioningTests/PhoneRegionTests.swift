import Testing

@testable import Provisioning

@Suite("National phone numbers")
struct PhoneRegionTests {
  @Test(
    "National numbers become E.164",
    arguments: [
      ("IT", "06 698 82266", "+390669882266"), ("IT", "347 123 4567", "+393471234567"),
      ("DE", "030 123456", "+4930123456"), ("DE", "0151 23456789", "+4915123456789"),
      ("GB", "(020) 7946-0018", "+442079460018"), ("US", "(415) 555-2671", "+14155552671"),
      ("US", "1 415 555 2671", "+14155552671"), ("FR", "01.23.45.67.89", "+33123456789"),
      ("HU", "06 1 234 5678", "+3612345678"), ("RU", "8 912 345-67-89", "+79123456789"),
      ("BR", "0 15 11 98765 4321", "+5511987654321"), ("AG", "464 1234", "+12684641234"),
      ("ES", "612 34 56 78", "+34612345678"), ("DE", "+44 20 7946 0018", "+442079460018"),
      ("SM", "886377", "+3780549886377"), ("GA", "060312345", "+24160312345"),
    ])
  func national(_ region: String, _ number: String, _ e164: String) throws {
    #expect(try #require(PhoneRegion(code: region)).e164(number) == e164)
  }

  @Test(
    "What is no number of the region is not guessed at",
    arguments: [
      ("US", "555-2671"), ("US", "011 44 20 7946 0018"), ("DE", "0044 20 7946 0018"),
      ("IT", "0039 06 698 82266"), ("DE", "call me"), ("DE", ""), ("DE", "+"), ("DE", "0"),
      ("DE", "030+123456"), ("DE", "+0301234567"), ("US", "4155552671 ext 5"),
      ("US", "1234567890123456789"), ("DE", "٠٣٠١٢٣٤٥٦"), ("AR", "011 15 2345-6789"),
    ])
  func refused(_ region: String, _ number: String) throws {
    #expect(try #require(PhoneRegion(code: region)).e164(number) == nil)
  }

  @Test("Every region of the table can be read, and no other")
  func regions() {
    #expect(PhoneRegion.codes.count > 240)
    for code in PhoneRegion.codes { #expect(PhoneRegion(code: code)?.code == code) }
    for code in ["", "D", "de", "XX", "DEU", "ZZ", " 49"] {
      #expect(PhoneRegion(code: code) == nil)
    }
  }
}
