import Foundation

/// Google's own compiler, as a judge that shares no code with the room.
enum Protoc {
  static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Bytes of a message in text format.
  static func encode(_ text: String, as type: String) throws -> [UInt8] {
    try run("--encode=\(type)", Array(text.utf8))
  }

  /// Text format of a message, white space collapsed.
  static func decode(_ bytes: [UInt8], as type: String) throws -> String {
    collapsed(String(decoding: try run("--decode=\(type)", bytes), as: UTF8.self))
  }

  static func collapsed(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func run(_ action: String, _ input: [UInt8]) throws -> [UInt8] {
    let proto = repository.appending(path: "proto")
    return try Self.run(
      URL(filePath: "/usr/bin/env"), ["protoc", "-I\(proto.path)", action, file(of: action)], input)
  }

  /// The file that declares the message of an action, or imports that file.
  private static func file(of action: String) -> String {
    let files = [
      "=google.protobuf.": "google/protobuf/descriptor.proto",
      "=google.rpc.Status": "google/rpc/status.proto",
      "=google.rpc.": "google/rpc/error_details.proto",
      "=grpc.health.v1.": "grpc/health/v1/health.proto",
      "=grpc.reflection.v1.": "grpc/reflection/v1/reflection.proto",
      "=grpc.reflection.v1alpha.": "grpc/reflection/v1alpha/reflection.proto",
      "=grpc.channelz.v1.": "grpc/channelz/v1/channelz.proto",
    ]
    let longest = files.filter { action.contains($0.key) }.max { $0.key.count < $1.key.count }
    return longest?.value ?? "provisioning/v1/audit.proto"
  }

  /// Runs a program to its end and returns what it printed.
  static func run(
    _ program: URL, _ arguments: [String], _ input: [UInt8] = []
  ) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files instead of pipes: neither side waits for the other.
    let paths = ["input", "output", "errors"].map { folder.appending(path: $0) }
    try Data(input).write(to: paths[0])
    for path in paths.dropFirst() { try Data().write(to: path) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: paths[0])
    process.standardOutput = try FileHandle(forWritingTo: paths[1])
    process.standardError = try FileHandle(forWritingTo: paths[2])
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: String(decoding: try Data(contentsOf: paths[2]), as: UTF8.self))
    }
    return Array(try Data(contentsOf: paths[1]))
  }
}
