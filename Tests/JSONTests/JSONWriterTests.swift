import Foundation
import Testing

@testable import JSON

@Suite struct JSONWriterTests {
  func written(_ value: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.string(value)
    return writer.bytes
  }

  static let controls: [(UInt8, String)] = [
    (0x00, "\\u0000"), (0x01, "\\u0001"), (0x02, "\\u0002"), (0x03, "\\u0003"),
    (0x04, "\\u0004"), (0x05, "\\u0005"), (0x06, "\\u0006"), (0x07, "\\u0007"), (0x08, "\\b"),
    (0x09, "\\t"), (0x0A, "\\n"), (0x0B, "\\u000b"), (0x0C, "\\f"), (0x0D, "\\r"),
    (0x0E, "\\u000e"), (0x0F, "\\u000f"), (0x10, "\\u0010"), (0x11, "\\u0011"),
    (0x12, "\\u0012"), (0x13, "\\u0013"), (0x14, "\\u0014"), (0x15, "\\u0015"),
    (0x16, "\\u0016"), (0x17, "\\u0017"), (0x18, "\\u0018"), (0x19, "\\u0019"),
    (0x1A, "\\u001a"), (0x1B, "\\u001b"), (0x1C, "\\u001c"), (0x1D, "\\u001d"),
    (0x1E, "\\u001e"), (0x1F, "\\u001f"), (0x22, "\\\""), (0x5C, "\\\\"),
  ]

  @Test(arguments: controls)
  func escapes(byte: UInt8, expected: String) {
    let value = "a" + String(UnicodeScalar(byte)) + "z"
    #expect(written(value) == Array("\"a\(expected)z\"".utf8))
  }

  @Test(arguments: [
    "", "a/b", "\u{7F}", "ä", "\u{2028}\u{2029}", "👩‍👩‍👧‍👦", "e\u{301}", "\u{10FFFF}", "\u{FEFF}",
  ])
  func allElseGoesAsItIs(_ value: String) {
    #expect(written(value) == Array("\"\(value)\"".utf8))
  }

  @Test func everyWrittenStringReadsBack() throws {
    var text = ""
    for scalar in (0..<0x3000).compactMap(UnicodeScalar.init) { text.unicodeScalars.append(scalar) }
    text += "😀\u{10FFFF}"
    var reader = JSONReader(written(text))
    #expect(try reader.string() == text)
  }

  @Test func separatesWhatItWrites() {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("a")
      writer.array { _ in }
      writer.name("b")
      writer.array { writer in
        writer.bool(true)
        writer.bool(false)
        writer.object { _ in }
        writer.integer(-7)
        writer.timestamp(milliseconds: 1_795_239_351_006)
      }
      writer.escapedName("c\n")
      writer.string("d")
    }
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"a":[],"b":[true,false,{},-7,1795239351.006],"c\n":"d"}"#)
  }

  @Test func isReadBySomeoneElse() throws {
    let text = String(String.UnicodeScalarView((0..<0x250).compactMap { Unicode.Scalar($0) }))
    var writer = JSONWriter()
    writer.object { writer in
      writer.escapedName(text)
      writer.array { writer in writer.string(text) }
    }
    let object = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: [String]]
    #expect(object == [text: [text]])
  }
}
