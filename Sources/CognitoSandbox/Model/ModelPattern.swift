/// The regular expressions of the API model, as predicates; each must match the whole value.
struct ModelPattern: Sendable {
  /// The expression as the model writes it.
  let text: String
  let matches: @Sendable (String) -> Bool

  static let userPoolID = ModelPattern(text: #"[\w-]+_[0-9a-zA-Z]+"#) { value in
    guard let underscore = value.utf8.lastIndex(of: UInt8(ascii: "_")) else { return false }
    let prefix = value.utf8[..<underscore]
    let suffix = value.utf8[value.utf8.index(after: underscore)...]
    return !prefix.isEmpty && !suffix.isEmpty && suffix.allSatisfy(isAlphanumeric)
      && prefix.allSatisfy {
        isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
  }

  static let username = ModelPattern(text: #"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"#) { value in
    !value.isEmpty && value.unicodeScalars.allSatisfy(isGraphic)
  }

  static let attributeName = ModelPattern(text: #"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+"#) { value in
    !value.isEmpty
      && value.unicodeScalars.allSatisfy {
        isGraphic($0) || $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r"
      }
  }

  static let password = ModelPattern(text: #"[\S]+"#) { value in
    // `\s` without the Unicode flag: space and U+0009...U+000D.
    !value.isEmpty && value.utf8.allSatisfy { $0 != 0x20 && !(0x09...0x0D).contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default:
      false
    }
  }

  /// Letter, mark, symbol, number or punctuation: in ASCII, all that prints but the space.
  private static func isGraphic(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x21...0x7E).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber,
      .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol:
      return true
    default:
      return false
    }
  }
}
