/// Names and words that hide what a thing is, or that defer work, or that trap.
enum Wording {
  private static let vagueWords: Set<String> = [
    "Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Base",
    "Wrapper", "Wrappers",
  ]
  private static let vagueFolders: Set<String> = [
    "util", "utils", "utilities", "extensions", "common", "helper", "helpers", "misc",
  ]

  /// The words of a name in camel case: `HTTP2SessionManager` gives `Session` and `Manager` last.
  private static func words(of name: some StringProtocol) -> [String] {
    var words: [String] = []
    for character in name {
      if character.isUppercase || words.isEmpty { words.append("") }
      words[words.count - 1].append(character)
    }
    return words
  }

  private static func isVague(_ name: some StringProtocol) -> Bool {
    let words = words(of: name)
    return [words.first, words.last].contains { $0.map(vagueWords.contains) ?? false }
  }

  static func vagueNames(_ file: SourceFile) -> [Finding] {
    var findings = file.components.dropLast().filter { vagueFolders.contains($0.lowercased()) }
      .map { file.finding(1, "folder \($0) says nothing of what is in it") }
    guard file.isSwift else { return findings }
    if isVague(file.name.dropLast(".swift".count)) {
      findings.append(file.finding(1, "file name \(file.name) says nothing of what is in it"))
    }
    let declaration = #/\b(?:class|struct|enum|actor|protocol|typealias)\s+(?<name>\w+)/#
    for (index, line) in CodeMask.lines(of: file.text).enumerated() {
      for match in line.matches(of: declaration) where isVague(match.name) {
        findings.append(file.finding(index + 1, "type name \(match.name) says nothing of its job"))
      }
    }
    return findings
  }

  /// Work that was put off without an issue to find it by.
  static func deferredWork(_ file: SourceFile) -> [Finding] {
    guard !file.isTidyTest, file.room != "CMessages" else { return [] }
    let marks = ["TODO", "FIXME", "XXX", "HACK"]
    let mark = #/\b(?:TODO|FIXME|XXX|HACK)\b(?!\s*\(?#\d+)/#
    return file.lines.enumerated()
      .filter { line in
        marks.contains { line.element.contains($0) } && line.element.contains(mark)
      }
      .map { file.finding($0.offset + 1, "deferred work without the number of its issue") }
  }

  /// What traps on bad input, or writes around the log.
  static func traps(_ file: SourceFile) -> [Finding] {
    guard file.isSwift, let room = file.room else { return [] }
    let trap = #/(?:^|[^\w.])(?:try!|as!|fatalError\s*\()/#
    let output = #/(?:^|[^\w.])(?:print|debugPrint|dump)\s*\(/#
    let isCommand = room == "provisiond" || room == "provisionctl"
    var findings: [Finding] = []
    for (index, line) in CodeMask.lines(of: file.text).enumerated() {
      if line.contains(trap) {
        findings.append(file.finding(index + 1, "traps: throw a typed error instead"))
      }
      if !isCommand && line.contains(output) {
        findings.append(file.finding(index + 1, "a library room writes to the log only"))
      }
    }
    return findings
  }

  /// What a key path finds in an optional the standard library copies within its buffer, by memcpy,
  /// although the two places overlap (address sanitizer, in `KeyPath._projectReadOnly`; Swift 6.3.1).
  static func keyPathsThroughOptionals(_ file: SourceFile) -> [Finding] {
    guard file.isSwift, !file.isTidyTest else { return [] }
    let path = #/\\[\w.]*\.\w+\?\./#
    return CodeMask.lines(of: file.text).enumerated()
      .filter { $0.element.contains("\\") && $0.element.contains(path) }
      .map { file.finding($0.offset + 1, "a key path through an optional: write a closure") }
  }

  /// A test that does not run protects nothing.
  static func skippedTests(_ file: SourceFile) -> [Finding] {
    guard file.components.first == "Tests", !file.isTidyTest else { return [] }
    let marks = [
      ".disabled(", "withKnownIssue", "XCTSkip", "pytest.mark.skip", "pytest.skip(", ".xfail",
      "importorskip",
    ]
    return file.lines.enumerated()
      .filter { line in marks.contains { line.element.contains($0) } }
      .map { file.finding($0.offset + 1, "a test that is skipped") }
  }
}
