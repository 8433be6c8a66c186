/// How the people of one region write phone numbers: turns what they dial into E.164.
///
/// From libphonenumber's metadata (https://github.com/google/libphonenumber). A prefix alone is
/// wrong: Italy keeps its 0, Germany drops it.
package struct PhoneRegion: Equatable, Sendable {
  /// ISO 3166-1 alpha-2, as libphonenumber has it.
  package let code: String
  private let countryCode: String
  private let national: Pattern
  /// What calls to other countries begin with: such a number is not a national one.
  private let abroad: [String]
  private let prefixes: [String]
  private let forms: [Form]

  /// What is dialled in a form of its own, e.g. without the area code of an island.
  private struct Form: Equatable, Sendable {
    var pattern: Pattern
    var dropped: Int
    var prepended: String
  }

  /// Digits of a number that is looked at: E.164's, and room for prefixes.
  private static let maximumDigits = 24
  /// Bytes of a number that is looked at, with everything that people put between the digits.
  private static let maximumBytes = 64

  /// - Returns: `nil` for a region that the table does not have.
  package init?(code: String) {
    let head = code + " "
    guard code.utf8.count == 2,
      let line = PhoneRegionTable.text.split(separator: "\n").first(where: { $0.hasPrefix(head) })
    else { return nil }
    let fields = line.split(separator: " ")
    guard fields.count == 6, let national = try? Pattern(String(fields[2])) else { return nil }
    self.code = code
    self.national = national
    countryCode = String(fields[1])
    abroad = Self.list(fields[3], by: ",")
    prefixes = Self.list(fields[4], by: ",")
    forms = Self.list(fields[5], by: ";").compactMap { text in
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 3, let pattern = try? Pattern(String(parts[0])),
        let dropped = Int(parts[1])
      else { return nil }
      return Form(pattern: pattern, dropped: dropped, prepended: String(parts[2]))
    }
  }

  /// The codes of all regions, in their order.
  package static var codes: [String] {
    PhoneRegionTable.text.split(separator: "\n").map { String($0.prefix(2)) }
  }

  private static func list(_ field: Substring, by separator: Character) -> [String] {
    field == "-" ? [] : field.split(separator: separator).map(String.init)
  }

  /// The number in E.164: a national one by this region's rules, one that begins with `+` without
  /// what stands between its digits. `nil` for what is neither: nothing is guessed.
  package func e164(_ number: String) -> String? {
    guard let digits = Self.digits(of: number) else { return nil }
    let isInternational = number.utf8.first == UInt8(ascii: "+")
    // No country code begins with 0.
    if isInternational, digits.first == "0" { return nil }
    guard let full = isInternational ? digits : national(digits) else { return nil }
    return ContactShape.isPhoneNumber("+" + full) ? "+" + full : nil
  }

  /// The digits of a number; `nil` where something stands among them that is no separator.
  private static func digits(of number: String) -> String? {
    guard number.utf8.count <= maximumBytes else { return nil }
    var digits = ""
    for (offset, scalar) in number.unicodeScalars.enumerated() {
      switch scalar {
      case "0"..."9": digits.unicodeScalars.append(scalar)
      case "+" where offset == 0: break
      case " ", "-", ".", "/", "(", ")", "\u{A0}", "\u{2010}"..."\u{2015}": break
      default: return nil
      }
    }
    return (1...maximumDigits).contains(digits.utf8.count) ? digits : nil
  }

  /// Country code and national number of what is dialled within the region.
  private func national(_ digits: String) -> String? {
    if abroad.contains(where: { isCall(digits, abroadBy: $0) }) { return nil }
    for form in forms where form.pattern.matches(digits) {
      let number = form.prepended + digits.dropFirst(form.dropped)
      return national.matches(number) ? countryCode + number : nil
    }
    for prefix in prefixes where digits.hasPrefix(prefix) {
      let number = String(digits.dropFirst(prefix.count))
      if national.matches(number) { return countryCode + number }
    }
    return national.matches(digits) ? countryCode + digits : nil
  }

  /// Behind the prefix stands a country code, and none begins with 0.
  private func isCall(_ digits: String, abroadBy prefix: String) -> Bool {
    digits.hasPrefix(prefix) && digits.dropFirst(prefix.count).first != "0"
  }
}
