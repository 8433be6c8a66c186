/// How large a thing may grow.
enum Shape {
  /// Lines of a file that people write.
  static let fileLimit = 400
  /// Lines of a function, from its first word to its closing brace.
  static let functionLimit = 70
  /// Characters of a line; the formatter keeps Swift at 100.
  static let lineLimit = 120

  private static func isHandWrittenCode(_ file: SourceFile) -> Bool {
    let extensions: Set<Substring> = ["swift", "c", "h", "py"]
    return extensions.contains(file.name.split(separator: ".").last ?? "") && !file.isGenerated
  }

  static func longFiles(_ file: SourceFile) -> [Finding] {
    guard isHandWrittenCode(file), file.lines.count > fileLimit else { return [] }
    return [file.finding(fileLimit, "\(file.lines.count) lines: at most \(fileLimit)")]
  }

  static func longLines(_ file: SourceFile) -> [Finding] {
    guard isHandWrittenCode(file) else { return [] }
    return file.lines.enumerated().filter { $0.element.count > lineLimit }
      .map { file.finding($0.offset + 1, "\($0.element.count) characters: at most \(lineLimit)") }
  }

  static func longFunctions(_ file: SourceFile) -> [Finding] {
    guard file.isSwift, isHandWrittenCode(file) else { return [] }
    return functions(in: CodeMask.lines(of: file.text))
      .filter { $0.count > functionLimit }
      .map {
        file.finding($0.lowerBound + 1, "function of \($0.count) lines: at most \(functionLimit)")
      }
  }

  /// The lines of each function with a body: a simple measure by braces.
  static func functions(in lines: [String]) -> [ClosedRange<Int>] {
    let head = #/(?:^|[^\w.`])(?:func\s|init[?!]?\s*[(<]|deinit\s*\{|subscript\s*[(<])/#
    return lines.indices.compactMap { index in
      guard let match = try? head.firstMatch(in: lines[index]) else { return nil }
      let start = lines[index][match.range.lowerBound...]
      return bodyEnd(from: index, first: start, in: lines).map { index...$0 }
    }
  }

  /// The line of a function's closing brace; nil for a requirement, which has no body.
  private static func bodyEnd(from index: Int, first: Substring, in lines: [String]) -> Int? {
    var parentheses = 0
    var braces = 0
    for number in index..<lines.count {
      if number > index && parentheses == 0 && braces == 0 && beginsDeclaration(lines[number]) {
        return nil
      }
      for character in number == index ? first : lines[number][...] {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{" where parentheses == 0 || braces > 0: braces += 1
        case "}" where braces > 0:
          braces -= 1
          if braces == 0 { return number }
        case "}" where parentheses == 0: return nil
        default: break
        }
      }
    }
    return nil
  }

  private static func beginsDeclaration(_ line: String) -> Bool {
    let words: Set<Substring> = [
      "func", "var", "let", "static", "class", "mutating", "associatedtype", "init", "package",
      "public", "internal", "private", "case", "subscript", "typealias",
    ]
    let text = line.drop { $0 == " " }
    return text.hasPrefix("@") || words.contains(text.prefix { $0.isLetter })
  }
}
