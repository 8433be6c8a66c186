/// A set of code points that a field may consist of, by Unicode general category, as the patterns
/// of the API's model name them.
enum TextClass {
  /// `[\p{L}\p{M}\p{S}\p{N}\p{P}]`: everything visible.
  case visible
  /// The same with space, tab, line feed and carriage return.
  case visibleOrSpace
  /// `[\S]`: no white space.
  case noWhiteSpace

  /// The length of `text` in code points; `nil` when some code point is not of this class.
  ///
  /// One pass over the bytes when they are ASCII of this class; categories are looked up for other
  /// text only.
  func length(of text: String) -> Int? {
    let bytes = text.utf8.span
    return isPlain(bytes) ? bytes.count : lengthByCategory(of: text)
  }

  /// The same of a text that must not be copied; `nil` also for what is no UTF-8.
  func length(ofUTF8 bytes: Span<UInt8>) -> Int? {
    if isPlain(bytes) { return bytes.count }
    guard let text = try? UTF8Span(validating: bytes) else { return nil }
    var scalars = text.makeUnicodeScalarIterator()
    var length = 0
    while let scalar = scalars.next() {
      guard contains(scalar) else { return nil }
      length += 1
    }
    return length
  }

  private func isPlain(_ bytes: Span<UInt8>) -> Bool {
    switch self {
    case .visible: Self.all(bytes) { Self.visible.contains(ascii: $0) }
    case .visibleOrSpace: Self.all(bytes) { Self.visibleOrSpace.contains(ascii: $0) }
    case .noWhiteSpace: Self.all(bytes) { Self.noWhiteSpace.contains(ascii: $0) }
    }
  }

  /// Looks at every byte: without an early end the processor takes many at a time.
  private static func all(_ bytes: Span<UInt8>, _ isMember: (UInt8) -> Bool) -> Bool {
    var strays: UInt8 = 0
    for index in bytes.indices { strays |= isMember(bytes[index]) ? 0 : 1 }
    return strays == 0
  }

  private func lengthByCategory(of text: String) -> Int? {
    var length = 0
    for scalar in text.unicodeScalars {
      guard contains(scalar) else { return nil }
      length += 1
    }
    return length
  }

  private func contains(ascii byte: UInt8) -> Bool {
    switch self {
    case .visible: byte > 0x20 && byte < 0x7F
    case .visibleOrSpace:
      byte >= 0x20 && byte < 0x7F || Self.isSpace(ascii: byte) && byte != 0x0B && byte != 0x0C
    case .noWhiteSpace: byte < 0x80 && !Self.isSpace(ascii: byte)
    }
  }

  /// Space, and tab to carriage return.
  private static func isSpace(ascii byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private func contains(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return contains(ascii: UInt8(truncatingIfNeeded: scalar.value)) }
    switch self {
    case .visible, .visibleOrSpace: return Self.isVisible(scalar.properties.generalCategory)
    case .noWhiteSpace: return !scalar.properties.isWhitespace
    }
  }

  private static func isVisible(_ category: Unicode.GeneralCategory) -> Bool {
    switch category {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark,
      .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol,
      .decimalNumber, .letterNumber, .otherNumber,
      .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      true
    case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .format, .surrogate,
      .privateUse, .unassigned:
      false
    @unknown default: false
    }
  }
}

extension String {
  /// Whether this has more than `limit` code points. Bytes are counted first: they are never fewer.
  func isLonger(than limit: Int) -> Bool {
    utf8.count > limit && unicodeScalars.count > limit
  }
}
