import Crypto
import Foundation
import Testing

@testable import Journal

struct PreparedHMACTests {
  /// RFC 4231, section 4.3.
  @Test func aCodeIsThatOfTheStandard() {
    let code = PreparedHMAC(key: SymmetricKey(data: Data("Jefe".utf8)))
      .code(of: Array("what do ya want for nothing?".utf8))
    #expect(
      hexadecimal(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  /// The state of the key stays as it is.
  @Test func oneCodeDoesNotChangeTheNext() {
    let key = SymmetricKey(size: .bits256)
    let prepared = PreparedHMAC(key: key)
    for length in 0...130 {
      let text = [UInt8](repeating: UInt8(length), count: length)
      #expect(
        prepared.code(of: text) == Array(HMAC<SHA256>.authenticationCode(for: text, using: key)))
    }
  }
}
