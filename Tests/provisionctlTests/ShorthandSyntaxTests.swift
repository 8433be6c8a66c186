import Testing

@testable import provisionctl

/// Expected values were read off the AWS CLI 1.45.11's own parser.
@Suite struct ShorthandSyntaxTests {
  @Test(arguments: [
    ("Name=email,Value=a@example.com", [("Name", "email"), ("Value", "a@example.com")]),
    ("Name=a, Value=b", [("Name", "a"), ("Value", "b")]),
    ("a='x,y'", [("a", "x,y")]),
    ("a=\"x,y\",b=z", [("a", "x,y"), ("b", "z")]),
    ("a='it\\'s'", [("a", "it's")]),
    ("a=\"say \\\"hi\\\"\"", [("a", "say \"hi\"")]),
    ("a=x\\,y,b=z", [("a", "x,y"), ("b", "z")]),
    ("a=", [("a", "")]),
    ("a=,b=c", [("a", ""), ("b", "c")]),
    ("custom:kind=robot", [("custom:kind", "robot")]),
    ("a=b=c", [("a", "b=c")]),
    ("a=ünï x", [("a", "ünï x")]),
  ])
  func pairs(text: String, expected: [(String, String)]) throws {
    let pairs = try ShorthandSyntax.pairs(text)
    #expect(pairs.map(\.key) == expected.map(\.0))
    #expect(pairs.map(\.value) == expected.map(\.1))
  }

  /// The AWS CLI refuses characters beyond the Basic Multilingual Plane; names have them.
  @Test func astralCharacters() throws {
    #expect(try ShorthandSyntax.pairs("a=😀").map(\.value) == ["😀"])
  }

  @Test(arguments: [
    ("", 1, "a key"), ("=x", 1, "a key"), ("a", 2, "'='"), ("a=b,", 5, "a key"),
    ("a='x", 3, "a closing quote for this one"), ("a='x'y", 6, "',' or the end"),
    ("a=[x]", 3, "a text (quote one that begins with a bracket)"),
  ])
  func refused(text: String, position: Int, expected: String) {
    #expect(throws: ShorthandSyntax.Problem(position: position, expected: expected)) {
      try ShorthandSyntax.pairs(text)
    }
  }
}
