import Foundation
import Testing

@testable import Journal

struct CanonicalJSONTests {
  private func text(_ string: String) -> Data {
    var json = CanonicalJSON()
    json.string(string)
    return Data(json.bytes)
  }

  /// Texts are looked at eight bytes at a time: wherever a character stands, what is escaped is that
  /// character and nothing else.
  @Test func aCharacterIsEscapedWhereverItStands() throws {
    let characters = (0...0x11F).compactMap { Unicode.Scalar($0) }.map { Character($0) }
    for length in [1, 7, 8, 9, 15, 16, 17, 24] {
      for place in 0..<length {
        for character in characters {
          var letters = [Character](repeating: "\u{7F}", count: length)
          letters[place] = character
          let string = String(letters)
          let expected = try JSONSerialization.data(
            withJSONObject: [string], options: .withoutEscapingSlashes)
          #expect(text(string) == expected.dropFirst().dropLast(), "\(length), \(place)")
        }
      }
    }
  }
}
