/// What Package.swift says that targets depend on, read as text: a dependency that no file of its
/// target imports costs every build, and hides who knows whom.
enum Manifest {
  struct Target: Equatable {
    /// Relative to the repository's root.
    var folder: String
    /// Where Package.swift declares it, from 1.
    var line: Int
    /// The modules that it may import.
    var dependencies: [String]
  }

  /// Dependencies of rooms whose code that uses them is being written.
  static let ahead: [String: Set<String>] = [
    "Sources/HTTP2": ["NIOSSL"],
    "Sources/Server": ["HTTP2"],
  ]

  /// Files that a script beside them compiles.
  private static let compiledByScripts: Set<String> = ["Tests/Sanitizers/planted.swift"]

  /// The targets of Swift: `room("A", […])`, `tests(of: "A", […])` and those written out in full.
  static func targets(of text: String) -> [Target] {
    let declaration =
      #/
      (?<kind>room|tests|[tT]arget)\(\s*(?:of:\s*|name:\s*)?"(?<name>[\w-]+)"
      (?:,\s*(?:dependencies:\s*)?\[(?<list>[^\]]*)\])?
      /#
    let modules = products(of: text)
    return text.matches(of: declaration).map { match in
      var target = Target(
        folder: "Sources/\(match.name)",
        line: text[..<match.range.lowerBound].count { $0 == "\n" } + 1,
        dependencies: (match.list ?? "").split(separator: ",").compactMap { item in
          let word = item.filter { $0.isLetter || $0.isNumber }
          return word.isEmpty ? nil : modules[word] ?? word
        })
      if match.kind == "tests" {
        target.folder = "Tests/\(match.name)Tests"
        target.dependencies.append(String(match.name))
      }
      return target
    }
  }

  /// The constants of products, by their names: `static let a: Self = .product(name: "A", …)`.
  private static func products(of text: String) -> [String: String] {
    let declaration =
      #/
      static\s+let\s+(?<name>\w+):\s*Self\s*=\s*\.product\(\s*name:\s*"(?<module>\w+)"
      /#
    return text.matches(of: declaration).reduce(into: [:]) { modules, match in
      modules[String(match.name)] = String(match.module)
    }
  }

  static func unusedDependencies(_ manifest: SourceFile, _ files: [SourceFile]) -> [Finding] {
    targets(of: manifest.text).flatMap { target -> [Finding] in
      let own = files.filter { $0.isSwift && $0.path.hasPrefix(target.folder + "/") }
      guard !own.isEmpty else { return [] }
      let imported = Set(own.flatMap(Walls.imports).map(\.module))
        .union(ahead[target.folder] ?? [])
      return target.dependencies.filter { !imported.contains($0) }
        .map { manifest.finding(target.line, "no file of \(target.folder) imports \($0)") }
    }
  }

  /// Files that no target has: nothing compiles them, and a test in one of them never runs.
  static func strayFiles(_ manifest: SourceFile, _ files: [SourceFile]) -> [Finding] {
    let named = targets(of: manifest.text).map(\.folder)
    let paths = manifest.text.matches(of: #/\bpath:\s*"(?<path>[^"]+)"/#).map { String($0.path) }
    // A test target without a path has its folder in Tests, and a package inside of this one its own.
    let packages = files.map(\.path).filter { $0.hasSuffix("/Package.swift") }
      .map { String($0.dropLast("/Package.swift".count)) }
    let folders =
      named + named.map { $0.replacing("Sources/", with: "Tests/") } + paths + packages
    return files.filter { file in
      file.isSwift && !compiledByScripts.contains(file.path)
        && ["Sources/", "Tests/"].contains { file.path.hasPrefix($0) }
        && !folders.contains { file.path.hasPrefix($0 + "/") }
    }.map { $0.finding(1, "no target of Package.swift has this file") }
  }
}
