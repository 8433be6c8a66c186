/// What may lie in the repository.
enum Contents {
  private static let topLevel: Set<Substring> = [
    "Package.swift", "Sources", "Tests", "proto", "deploy", "README.md", "Makefile", "LICENSE",
    "docs", "CHANGELOG.md",
  ]
  private static let productNames: Set<Substring> = [
    ".build", ".venv", "__pycache__", ".pytest_cache", ".hypothesis", "Package.resolved",
  ]
  private static let productSuffixes = [
    ".db", ".db-wal", ".db-shm", ".db.lock", ".pyc", ".o", ".a", ".so", ".keys",
  ]

  static func strangers(_ path: String) -> [Finding] {
    let first = path.prefix { $0 != "/" }
    guard !topLevel.contains(first), !first.hasPrefix(".") else { return [] }
    return [Finding(path: path, line: 1, message: "\(first) has no place at the top level")]
  }

  static func buildProducts(_ path: String) -> [Finding] {
    let isProduct = path.split(separator: "/").contains { component in
      productNames.contains(component) || productSuffixes.contains { component.hasSuffix($0) }
    }
    return isProduct ? [Finding(path: path, line: 1, message: "a build product is tracked")] : []
  }

  /// A path that exists on one machine only.
  static func machinePaths(_ file: SourceFile) -> [Finding] {
    guard !file.isTidyTest else { return [] }
    let path = #/(?:^|[^\w.}~\/-])\/(?:workspace|root|home|Users)\/\w/#
    return file.lines.enumerated()
      .filter { $0.element.contains("/") && $0.element.contains(path) }
      .map { file.finding($0.offset + 1, "an absolute path of one machine") }
  }
}
