private import Foundation

/// What makes two ways to write a user name one.
package enum NormalizationStep: String, CaseIterable, Sendable {
  /// No white space at either end.
  case trim
  /// Unicode's composed form: an ü of one code point and one of two are the same.
  case nfc
  /// Lower case by Unicode's mapping, in no language of its own.
  case lowercase
}

/// The normal form of user names. The steps are taken in one order, whatever order the document
/// has them in, and together they are idempotent.
struct UsernameNormalization: Equatable, Sendable {
  private let trims: Bool
  private let composes: Bool
  private let lowers: Bool

  /// Bytes beyond which no text can become a user name by normalization: composing makes text
  /// shorter by a small factor only. What is longer stays as it is, and is refused for its length.
  private static let maximumBytes = 32 * APILimits.username.upperBound

  init(_ steps: [NormalizationStep]) {
    trims = steps.contains(.trim)
    composes = steps.contains(.nfc)
    lowers = steps.contains(.lowercase)
  }

  /// The normal form; `nil` where the name has it already.
  func normalized(_ name: String) -> String? {
    guard name.utf8.count <= Self.maximumBytes, mayChange(name) else { return nil }
    var text = name
    if trims { text = Self.trimmed(text) }
    if composes { text = Self.composed(text) }
    if lowers {
      text = text.lowercased()
      // Lower case of a composed letter can be a decomposed one.
      if composes { text = Self.composed(text) }
    }
    return text.hasSameBytes(as: name) ? nil : text
  }

  /// One pass over the bytes, which is all that most names need.
  private func mayChange(_ name: String) -> Bool {
    let bytes = name.utf8.span
    guard bytes.count > 0 else { return false }
    for index in bytes.indices {
      let byte = bytes[index]
      if byte >= 0x80 || lowers && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) {
        return true
      }
    }
    return trims && (bytes[0] <= 0x20 || bytes[bytes.count - 1] <= 0x20)
  }

  private static func trimmed(_ text: String) -> String {
    var scalars = text.unicodeScalars[...]
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return String(scalars)
  }

  private static func composed(_ text: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
  }
}
