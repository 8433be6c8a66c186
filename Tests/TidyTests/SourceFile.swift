/// A text file of the repository, as the rules look at it.
struct SourceFile {
  /// Relative to the repository's root.
  var path: String
  var text: String
  var lines: [Substring]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
  }

  var components: [Substring] { path.split(separator: "/") }
  var name: Substring { components.last ?? "" }
  var isSwift: Bool { path.hasSuffix(".swift") }

  /// The target under Sources that the file belongs to; nil elsewhere.
  var room: String? {
    components.count > 2 && components[0] == "Sources" ? String(components[1]) : nil
  }

  /// A generated file says so in its first lines; length rules are for what people write.
  var isGenerated: Bool {
    room == "CMessages" || path.hasSuffix(".pb-c.c") || path.hasSuffix(".pb-c.h")
      || lines.prefix(3).contains { $0.lowercased().contains("generated") && $0.contains("make") }
  }

  /// These tests hold the banned texts themselves, as rules and as bad examples.
  var isTidyTest: Bool { path.hasPrefix("Tests/TidyTests/") }

  func finding(_ line: Int, _ message: String) -> Finding {
    Finding(path: path, line: line, message: message)
  }
}

/// One broken rule, printed the way a compiler does.
struct Finding: Equatable, CustomStringConvertible {
  var path: String
  /// Counted from 1.
  var line: Int
  var message: String

  var description: String { "\(path):\(line): \(message)" }
}
