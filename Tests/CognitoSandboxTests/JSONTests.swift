import Foundation
import Testing

@testable import CognitoSandbox

@Suite struct JSONTests {
  @Test(arguments: [
    "0", "-0", "12.5", "1e9", "-1.25E+10", "true", "false", "null", #""""#, "[]", "{}",
    " [ 1 , [ 2 ] , { \"a\" : \"b\" } ] \n", #""\u0041\ud83d\ude00""#,
  ])
  func whatIsJSONIsPassedOver(_ text: String) throws {
    var reader = JSONReader(Array(text.utf8))
    try reader.skip()
    try reader.end()
  }

  @Test(arguments: [
    "", " ", "01", "-", "1.", ".5", "1e", "+1", "tru", "nul", "truex", #"""#, #""\"#, #""\u12"#,
    #""\u12g4""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800\ud800""#, "[1 2]", "[1,]", "[,]",
    "{1:2}", #"{"a" 1}"#, #"{"a":1"#, "[", "'a'", "\"\t\"", "1 1", "NaN",
  ])
  func whatIsNotJSONIsMalformed(_ text: String) {
    #expect(throws: JSONFailure.malformed) {
      var reader = JSONReader(Array(text.utf8))
      try reader.skip()
      try reader.end()
    }
  }

  @Test(arguments: [
    [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
  ])
  func textMustBeUTF8(_ bytes: [Int]) {
    #expect(throws: JSONFailure.malformed) {
      var reader = JSONReader(bytes.map { UInt8($0) })
      _ = try reader.string()
    }
  }

  @Test func nestingHasALimit() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    var reader = JSONReader(nested(JSONReader.maximumDepth))
    try reader.skip()
    #expect(throws: JSONFailure.malformed) {
      var reader = JSONReader(nested(JSONReader.maximumDepth + 1))
      try reader.skip()
    }
  }

  @Test func theWriterIsReadBySomeoneElse() throws {
    let text = String(String.UnicodeScalarView((0..<0x250).compactMap { Unicode.Scalar($0) }))
    var writer = JSONWriter()
    writer.object { writer in
      writer.key(text)
      writer.array { writer in
        writer.string(text)
        writer.boolean(true)
        writer.integer(-7)
        writer.timestamp(milliseconds: 1_795_239_351_006)
        writer.object { _ in }
      }
      writer.key("last")
      writer.array { _ in }
    }
    let object = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any]
    let list = object?[text] as? [Any]
    #expect(list?[0] as? String == text)
    #expect(list?[1] as? Bool == true)
    #expect(list?[2] as? Int == -7)
    #expect(list?[3] as? Double == 1_795_239_351.006)
    #expect((list?[4] as? [String: Any])?.isEmpty == true)
    #expect((object?["last"] as? [Any])?.isEmpty == true)
  }

  @Test func theReaderReadsWhatTheWriterWrote() throws {
    var random = SandboxRandom(seed: 11)
    for _ in 0..<500 {
      let scalars = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
      }
      let text = String(String.UnicodeScalarView(scalars))
      var writer = JSONWriter()
      writer.string(text)
      var reader = JSONReader(writer.bytes)
      #expect(try reader.string() == text)
    }
  }
}

@Suite struct HTTPDateTests {
  @Test(
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (1_795_247_999, "Sat, 21 Nov 2026 07:59:59 GMT"),
    ] as [(Int64, String)])
  func dates(_ seconds: Int64, _ text: String) {
    #expect(HTTPDate.text(epochSeconds: seconds) == text)
  }
}
