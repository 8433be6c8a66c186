import Testing

@testable import GRPC

@Suite struct Base64Tests {
  /// The vectors of RFC 4648, section 10, without padding.
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
    ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
  ])
  func encodesWithoutPadding(text: String, expected: String) {
    #expect(Base64.encode(Array(text.utf8)) == Array(expected.utf8))
  }

  @Test func acceptsPaddedAndUnpadded() {
    for length in 0...67 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
      let unpadded = Base64.encode(bytes)
      let padding = Array(repeating: UInt8(ascii: "="), count: (4 - unpadded.count % 4) % 4)
      #expect(Base64.decode(unpadded[...]) == bytes)
      #expect(Base64.decode((unpadded + padding)[...]) == bytes)
    }
  }

  @Test(arguments: [
    "A", "AAAAA", "AA=", "AA===", "A===", "=", "====", "AA==AA", "A A=", "A-_B", "é",
  ])
  func refuses(text: String) {
    #expect(Base64.decode(ArraySlice(text.utf8)) == nil)
  }
}
