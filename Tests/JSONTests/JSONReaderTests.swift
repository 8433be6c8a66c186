import Testing

@testable import JSON

@Suite struct JSONReaderTests {
  static func skip(_ bytes: [UInt8]) throws(JSONError) {
    var reader = JSONReader(bytes)
    try reader.skipValue()
    try reader.end()
  }

  @Test(arguments: [
    "{}", "[]", " \t\r\n{ } ", "null", "true", "false", "0", "-0", "1.5", "1e5", "1E+5", "-1.5e-5",
    #""""#, #""a""#, #"{"a":1,"b":[1,2,{"c":null}]}"#, #""\u0000\"\\\/\b\f\n\r\t\uD83D\uDE00""#,
    "[[[[[[[[]]]]]]]]", "\"\u{7F}\u{2028}😀\"",
  ])
  func accepts(_ json: String) throws {
    try Self.skip(Array(json.utf8))
  }

  @Test(arguments: [
    "", " ", "{", "[", "}", "]", "{]", "[}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "[1,]",
    "[,1]", "{a:1}", "{1:1}", "{'a':1}", "nul", "nulll", "True", "tru", "NaN", "Infinity", "+1",
    "01", "-", "-01", "1.", ".5", "1e", "1e+", "0x10", "1 2", "{} {}", "\"", "\"a", "\"\\",
    "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\uD83D\"", "\"\\uD83Dx\"", "\"\\uD83D\\u0041\"",
    "\"\\uDE00\"", "\"a\nb\"", "\"\t\"", "\u{FEFF}{}", "// c", "{\"a\":1 \"b\":2}", "[1 2]",
    "<html>", "{\"a\":1}}",
  ])
  func refuses(_ json: String) {
    #expect(throws: JSONError.self) { try Self.skip(Array(json.utf8)) }
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], [0x22, 0xC3, 0x22], [0x22, 0x00, 0x22],
      [0x22, 0x5C, 0x6E, 0xFF, 0x22], [0x7B, 0x00, 0x7D],
      // The name of a member.
      [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D],
    ] as [[UInt8]])
  func refusesBytesThatAreNoText(_ bytes: [UInt8]) {
    #expect(throws: JSONError.malformed) { try Self.skip(bytes) }
  }

  @Test func everyPrefixOfATextIsRefused() throws {
    let text = Array(#"{"a":[1.5e3,"b\u00e4",{"c":null}],"d":true}"#.utf8)
    try Self.skip(text)
    for count in 0..<text.count {
      #expect(throws: JSONError.self) { try Self.skip(Array(text.prefix(count))) }
    }
  }

  @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
  func depthIsBounded(open: String, close: String) throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array(
        (String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
    }
    try Self.skip(nested(JSONReader.maximumDepth))
    #expect(throws: JSONError.tooDeep) { try Self.skip(nested(JSONReader.maximumDepth + 1)) }
    // No closing brackets at all, and far deeper than any stack.
    let endless = Array(String(repeating: open, count: 500_000).utf8)
    #expect(throws: JSONError.tooDeep) { try Self.skip(endless) }
  }

  @Test func aBodyOfTenMebibytesIsReadInOnePass() throws {
    let element = Array(#"{"Name":"n","Value":"0123456789012345678901234567890123456789"},"#.utf8)
    var body = Array("[".utf8)
    while body.count < 10 << 20 { body += element }
    body += Array("1]".utf8)
    try Self.skip(body)
  }

  @Test func readsNamesWithEscapes() throws {
    var reader = JSONReader(Array(#"{"\u0041b":"x"}"#.utf8))
    var found = false
    try reader.object { reader, name throws(JSONError) in
      found = name == "Ab"
      try reader.skipValue()
    }
    #expect(found)
  }

  @Test func namesOfASwitchAndAsText() throws {
    var reader = JSONReader(Array(#"{"a":1,"\u00e4":2}"#.utf8))
    var found: [String] = []
    try reader.object { reader, name throws(JSONError) in
      switch name {
      case "a": found.append("case")
      default: found.append(name.text)
      }
      try reader.skipValue()
    }
    #expect(found == ["case", "ä"])
  }

  @Test(
    arguments: [
      ("{}", .object), ("[]", .array), (#""1""#, .string), ("1", .number), ("-1", .number),
      ("true", .boolean), ("false", .boolean), ("null", .null),
    ] as [(String, JSONKind)])
  func anotherTypeIsSaidToBeOne(text: String, kind: JSONKind) {
    func expectMismatch<Value>(
      unless own: JSONKind, _ read: (inout JSONReader) throws(JSONError) -> Value
    ) {
      guard own != kind else { return }
      #expect(throws: JSONError.unexpectedType(kind)) {
        var reader = JSONReader(Array(text.utf8))
        _ = try read(&reader)
      }
    }
    expectMismatch(unless: .string) { reader throws(JSONError) in try reader.string() }
    expectMismatch(unless: .number) { reader throws(JSONError) in try reader.number() }
    expectMismatch(unless: .boolean) { reader throws(JSONError) in try reader.bool() }
    expectMismatch(unless: .array) { reader throws(JSONError) in
      try reader.array { reader throws(JSONError) in try reader.skipValue() }
    }
    expectMismatch(unless: .object) { reader throws(JSONError) in
      try reader.object { reader, _ throws(JSONError) in try reader.skipValue() }
    }
  }

  @Test func whatIsNoValueIsMalformedWhateverIsAskedFor() {
    #expect(throws: JSONError.malformed) {
      var reader = JSONReader(Array("x".utf8))
      _ = try reader.string()
    }
  }
}

@Suite struct JSONNumberTests {
  func number(_ text: String) throws(JSONError) -> JSONNumber {
    var reader = JSONReader(Array(text.utf8))
    let number = try reader.number()
    try reader.end()
    return number
  }

  @Test(
    arguments: [
      ("0", 0, 0), ("-0", 0, 0), ("1795239351", 1_795_239_351, 0),
      ("1795239351.916", 1_795_239_351, 916_000_000),
      ("1.795239351916E9", 1_795_239_351, 916_000_000),
      ("1.795239351916e+9", 1_795_239_351, 916_000_000),
      ("1795239351916e-3", 1_795_239_351, 916_000_000),
      ("17952393519160000e-7", 1_795_239_351, 916_000_000),
      ("1795239351.123456789987", 1_795_239_351, 123_456_789),
      ("5e-3", 0, 5_000_000), ("0.0001e12", 100_000_000, 0), ("1e0", 1, 0), ("1e-400", 0, 0),
      ("0e99999999999999999999", 0, 0), ("-1.5", -2, 500_000_000), ("-2", -2, 0),
      ("0.000000001795239351e18", 1_795_239_351, 0), ("999999999999", 999_999_999_999, 0),
    ] as [(String, Int64, Int32)])
  func secondsWithAFraction(text: String, seconds: Int64, nanoseconds: Int32) throws {
    #expect(try number(text).epochTime() == (seconds, nanoseconds))
  }

  @Test(arguments: [
    "1e99", "1e99999999999999999999999", "1000000000000", "123456789012345678901234567890",
    "-1e13", String(repeating: "9", count: 100_000),
  ])
  func whatIsNoTimeIsRefused(_ text: String) {
    #expect(throws: JSONError.outOfRange) { try number(text).epochTime() }
  }

  @Test(
    arguments: [
      ("0", 0), ("-7", -7), ("60", 60), ("9223372036854775807", .max),
      ("-9223372036854775808", .min), ("9223372036854775808", nil), ("1.0", nil), ("1e0", nil),
    ] as [(String, Int?)])
  func integers(text: String, expected: Int?) throws {
    #expect(try number(text).integer == expected)
    var reader = JSONReader(Array(text.utf8))
    #expect((try? reader.integer()) == expected)
  }
}
