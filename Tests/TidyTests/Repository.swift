import Foundation

/// The repository that these tests stand in.
enum Repository {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every file that git tracks or would track, relative to the root. A file that was deleted but
  /// not yet committed is left out.
  static func paths() throws -> [String] {
    let listing = try run(
      ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], in: root)
    guard listing.status == 0 else { throw ListingFailed(output: listing.output) }
    return listing.output.split(separator: "\0").map(String.init)
      .filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path) }
      .sorted()
  }

  /// Only what git tracks: build products are ignored files, so the rule about them looks here.
  static func trackedPaths() throws -> [String] {
    let listing = try run(["git", "ls-files", "-z", "--cached"], in: root)
    guard listing.status == 0 else { throw ListingFailed(output: listing.output) }
    return listing.output.split(separator: "\0").map(String.init)
  }

  /// The files that are text, read.
  static func files() throws -> [SourceFile] {
    try paths().compactMap { path in
      let bytes = try Data(contentsOf: root.appending(path: path))
      return String(data: bytes, encoding: .utf8).map { SourceFile(path: path, text: $0) }
    }
  }

  struct ListingFailed: Error {
    var output: String
  }

  /// Runs a command of the search path and returns its status and everything that it wrote.
  static func run(
    _ command: [String], in directory: URL, input: String = ""
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = directory
    let (outgoing, incoming) = (Pipe(), Pipe())
    process.standardOutput = outgoing
    process.standardError = outgoing
    process.standardInput = incoming
    try process.run()
    try incoming.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try incoming.fileHandleForWriting.close()
    let output = try outgoing.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
