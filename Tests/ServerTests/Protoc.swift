import Foundation

/// Google's own compiler, which shares no code with the reader of descriptors.
enum Protoc {
  static let proto = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "proto")

  struct Failure: Error {}

  /// The serialized FileDescriptorSet of files, with or without what they import.
  static func descriptorSet(
    of files: [String], in folder: URL = proto, imports: Bool = true
  ) throws -> [UInt8] {
    let output = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: output) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["protoc", "-I\(folder.path)", "--descriptor_set_out=\(output.path)"]
      + (imports ? ["--include_imports"] : []) + files
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure() }
    return Array(try Data(contentsOf: output))
  }

  /// The serialized FileDescriptorProto of one file alone: a set of one is a tag, a length and it.
  static func file(_ name: String) throws -> [UInt8] {
    let set = try descriptorSet(of: [name], imports: false)
    let lengthEnd = set.dropFirst().firstIndex { $0 < 0x80 } ?? set.startIndex
    return Array(set[(lengthEnd + 1)...])
  }
}
