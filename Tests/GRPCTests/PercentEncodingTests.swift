import Testing

@testable import GRPC

@Suite struct PercentEncodingTests {
  @Test(arguments: [
    ("", ""), ("plain text, with ~ and !", "plain text, with ~ and !"), ("100%", "100%25"),
    ("é", "%C3%A9"), ("\u{7F}", "%7F"), ("a\nb", "a%0Ab"), (" a ", "%20a%20"), (" ", "%20"),
    (
      "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n",
      "%09%0Atest with whitespace%0D%0Aand Unicode BMP %E2%98%BA and non-BMP %F0%9F%98%88%09%0A"
    ),
  ])
  func encodes(text: String, expected: String) {
    #expect(PercentEncoding.encode(text) == expected)
    #expect(PercentEncoding.decode(expected) == text)
  }

  @Test(arguments: [
    ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("a%2", "a%2"), ("%e2%98%ba", "☺"), ("%%41", "%A"),
    ("%FF", "\u{FFFD}"),
  ])
  func toleratesBadEncodings(text: String, expected: String) {
    #expect(PercentEncoding.decode(text) == expected)
  }

  @Test func everyCodePointSurvivesAndOnlyAllowedBytesLeave() {
    let scalars = (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init)
    for start in stride(from: 0, to: scalars.count, by: 4096) {
      var text = "x"
      for scalar in scalars[start..<min(start + 4096, scalars.count)] {
        text.unicodeScalars.append(scalar)
      }
      text += "x"
      let encoded = PercentEncoding.encode(text)
      #expect(PercentEncoding.decode(encoded).utf8.elementsEqual(text.utf8))
      let verbatim = text.utf8.count { (0x20...0x7E).contains($0) && $0 != 0x25 }
      #expect(encoded.utf8.count == verbatim + 3 * (text.utf8.count - verbatim))
      #expect(encoded.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
  }
}
