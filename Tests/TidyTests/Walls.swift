/// Who may know whom: the imports that each room may have.
enum Walls {
  /// Modules of the toolchain that carry no knowledge of another room.
  private static let language: Set<String> = ["Synchronization"]
  private static let telemetry: Set<String> = ["Logging", "Metrics"]
  private static let tracing: Set<String> = ["ServiceContextModule", "Tracing"]
  /// The C library of the platform, for signals, exit codes and files.
  private static let platform: Set<String> = ["Glibc", "Musl", "Darwin"]
  private static let foundation: Set<String> = ["Foundation", "FoundationEssentials"]

  /// NIOSSL, and the events that its handler fires.
  private static let tls: Set<String> = ["NIOSSL", "NIOTLS"]

  static let allowed: [String: Set<String>] = [
    "HTTP2": telemetry.union(tls).union(platform).union(["CNghttp2", "NIOCore", "NIOPosix"]),
    "GRPC": telemetry.union(tracing).union(["HTTP2", "NIOCore", "NIOConcurrencyHelpers", "CZlib"]),
    "Messages": ["CMessages", "CProtobufC"],
    "Provisioning": [],
    "Text": [],
    "JSON": ["Text"],
    "SigV4": ["Crypto", "Text"],
    "Cognito": telemetry.union(tracing).union(tls).union(platform).union([
      "JSON", "Provisioning", "SigV4", "Text", "NIOCore", "NIOPosix", "Crypto",
      "FoundationEssentials",
    ]),
    "CognitoSandbox": telemetry.union([
      "JSON", "SigV4", "Text", "NIOCore", "NIOPosix", "NIOHTTP1", "Crypto", "FoundationEssentials",
    ]),
    "Journal": telemetry.union(foundation).union([
      "JSON", "Provisioning", "Text", "GRDB", "GRDBSQLite", "CLibPQ", "CSQLite", "Crypto",
      "Dispatch",
    ]),
    "Server": telemetry.union(tracing).union(platform).union(foundation).union(tls).union([
      "Cognito", "CognitoSandbox", "GRPC", "HTTP2", "Journal", "Messages", "Provisioning",
      "JSON", "SigV4", "Text", "Configuration", "Yams", "ServiceLifecycle", "UnixSignals",
      "NIOCore",
      "NIOPosix", "NIOHTTP1", "CGlibc", "X509", "SwiftASN1", "Crypto",
      "CryptoExtras",
    ]),
    "ProcessPrivacy": platform.union(["CGlibc"]),
    "provisiond": telemetry.union(platform).union([
      "Server", "ProcessPrivacy", "ArgumentParser", "NIOCore",
    ]),
    "provisionctl": telemetry.union(platform).union(foundation).union([
      "GRPC", "HTTP2", "Messages", "ProcessPrivacy", "ArgumentParser", "Yams", "NIOCore",
      "NIOPosix",
    ]),
  ]

  /// The domain imports nothing, but for one file that normalizes Unicode (NFC is not in the
  /// standard library).
  static func isNormalization(_ file: SourceFile) -> Bool {
    file.room == "Provisioning" && file.name.contains("Normaliz")
  }

  /// C libraries, which one file of their room imports.
  static let cLibraries: Set<String> = [
    "CGlibc", "CLibPQ", "CNghttp2", "CProtobufC", "CSQLite", "CZlib",
  ]

  struct Import: Equatable {
    var line: Int
    var module: String
  }

  static func imports(of file: SourceFile) -> [Import] {
    let declaration =
      #/
      ^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?
      import\s+(?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?(?<module>\w+)
      /#
    var found: [Import] = []
    for (index, line) in CodeMask.lines(of: file.text).enumerated() where line.contains("import") {
      for statement in line.split(separator: ";") {
        if let match = try? declaration.firstMatch(in: statement) {
          found.append(Import(line: index + 1, module: String(match.module)))
        }
      }
    }
    return found
  }

  static func forbiddenImports(_ file: SourceFile) -> [Finding] {
    guard file.isSwift, let room = file.room else { return [] }
    guard var allowed = allowed[room] else {
      return [file.finding(1, "room \(room) has no entry in the import table of Walls.swift")]
    }
    if room != "Provisioning" { allowed.formUnion(language) }
    if isNormalization(file) { allowed.formUnion(foundation) }
    return imports(of: file).filter { !allowed.contains($0.module) }
      .map { file.finding($0.line, "room \(room) may not import \($0.module)") }
  }

  /// A C library that more than one file of a room imports; and Foundation in more than one file of
  /// Provisioning.
  static func scatteredImports(_ files: [SourceFile]) -> [Finding] {
    var owner: [String: String] = [:]
    var findings: [Finding] = []
    for file in files where file.isSwift {
      guard let room = file.room else { continue }
      let confined = room == "Provisioning" ? foundation : cLibraries
      for entry in imports(of: file) where confined.contains(entry.module) {
        let key = room == "Provisioning" ? "Provisioning/Foundation" : "\(room)/\(entry.module)"
        if let first = owner[key], first != file.path {
          findings.append(
            file.finding(entry.line, "\(entry.module) is imported by \(first): one file only"))
        }
        owner[key] = owner[key] ?? file.path
      }
    }
    return findings
  }
}
