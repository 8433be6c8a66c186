/// The shorthand syntax of the AWS CLI, as far as AdminCreateUser's options need it: `key=value`
/// pairs separated by commas, with quoted values and escaped commas.
/// Source: AWS CLI User Guide, "Using shorthand syntax in the AWS CLI".
struct ShorthandSyntax {
  struct Problem: Error, Equatable, CustomStringConvertible {
    /// Position in characters, from 1. The text itself is not quoted: it may hold personal data.
    var position: Int
    var expected: String

    var description: String { "shorthand syntax: character \(position): expected \(expected)" }
  }

  private let characters: [Character]
  private var index = 0

  private init(_ text: String) {
    characters = Array(text)
  }

  /// Reads `k=v,k=v`; the order of the pairs is kept.
  static func pairs(_ text: String) throws(Problem) -> [(key: String, value: String)] {
    var parser = ShorthandSyntax(text)
    var pairs: [(key: String, value: String)] = []
    repeat {
      parser.skipSpaces()
      let key = try parser.key()
      pairs.append((key, try parser.value()))
    } while parser.take(",")
    guard parser.index == parser.characters.count else { throw parser.problem("',' or the end") }
    return pairs
  }

  private func problem(_ expected: String) -> Problem {
    Problem(position: index + 1, expected: expected)
  }

  private var current: Character? { index < characters.count ? characters[index] : nil }

  private mutating func take(_ character: Character) -> Bool {
    guard current == character else { return false }
    index += 1
    return true
  }

  private mutating func skipSpaces() {
    while let character = current, character.isWhitespace { index += 1 }
  }

  private mutating func key() throws(Problem) -> String {
    let start = index
    while let character = current, Self.isKeyCharacter(character) { index += 1 }
    guard index > start else { throw problem("a key") }
    let key = String(characters[start..<index])
    skipSpaces()
    guard take("=") else { throw problem("'='") }
    skipSpaces()
    return key
  }

  private static func isKeyCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "-_.#/:".contains(character))
  }

  private mutating func value() throws(Problem) -> String {
    switch current {
    case "'": try quoted(by: "'")
    case "\"": try quoted(by: "\"")
    case "[", "{": throw problem("a text (quote one that begins with a bracket)")
    default: unquoted()
    }
  }

  /// Inside quotes only the quote itself and the backslash can be escaped.
  private mutating func quoted(by quote: Character) throws(Problem) -> String {
    let start = index
    index += 1
    var value = ""
    while let character = current {
      index += 1
      if character == quote {
        skipSpaces()
        return value
      }
      if character == "\\", let next = current, next == quote || next == "\\" {
        index += 1
        value.append(next)
      } else {
        value.append(character)
      }
    }
    index = start
    throw problem("a closing quote for this one")
  }

  /// Outside of quotes a comma ends the value, unless a backslash stands before it.
  private mutating func unquoted() -> String {
    var value = ""
    while let character = current, character != "," {
      index += 1
      if character == "\\", take(",") {
        value.append(",")
      } else {
        value.append(character)
      }
    }
    while value.last?.isWhitespace == true { value.removeLast() }
    return value
  }
}
