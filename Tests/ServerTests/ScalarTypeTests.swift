import Testing
import Yams

@testable import Server

@Suite struct ScalarTypeTests {
  /// Yams' own rules, with regular expressions, say the same.
  @Test func everyScalarHasTheTypeOfItsNotation() {
    let parts = [
      "", "+", "-", ".", "0", "7", "08", "12", "0x", "0b1", "_", ":", "e", "E+3", "inf", "NaN",
      "true", "Yes", "OFF", "nULL", "Null", "~", "<<", "=", "a", "2026-11-22", "T", " ", "9:05:00",
      "Z", "é",
    ]
    for first in parts {
      for second in parts {
        for third in ["", "1", ".5", "x"] {
          let text = first + second + third
          #expect(
            Node.Scalar.type(ofPlain: text) == Resolver.default.resolveTag(of: Node(text)),
            "\(text)")
        }
      }
    }
  }

  @Test(arguments: [
    ("12", Yams.Tag.Name.int), ("'12'", .str), ("\"true\"", .str), ("!!str 12", .str),
    ("true", .bool), ("!!int '12'", .int), ("|\n  12", .str), ("12.5", .float), ("", .null),
    ("text", .str),
  ])
  func quotesAndTagsSayMoreThanTheText(yaml: String, type: Yams.Tag.Name) throws {
    let root = try Parser(yaml: "key: \(yaml)\n", resolver: .basic, encoding: .utf8).singleRoot()
    let value = try #require(root?.mapping?["key"]?.scalar)
    #expect(value.type == type)
  }

  @Test(arguments: [("12", Yams.Tag.Name.int), ("'12'", .str), ("yes", .bool), ("name", .str)])
  func aKeyHasTheTypeOfItsNotation(yaml: String, type: Yams.Tag.Name) throws {
    let root = try Parser(yaml: "\(yaml): 1\n", resolver: .basic, encoding: .utf8).singleRoot()
    let key = try #require(root?.mapping?.first?.key.scalar)
    #expect(key.typeOfKey == type)
  }
}
