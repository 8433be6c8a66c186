import Foundation
import Messages
import Testing

@Suite struct GeneratedFilesTests {
  /// Paths and contents of all files of a folder.
  private func files(_ folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let file = folder.appending(path: path)
      guard !file.hasDirectoryPath, let data = FileManager.default.contents(atPath: file.path)
      else { continue }
      files[path] = data
    }
    return files
  }

  @Test(
    "The committed C is what the proto files give",
    arguments: [
      ["Sources/CMessages", "proto"],
      ["Tests/ConformanceServer/CConformanceMessages", "Tests/ConformanceServer/proto"],
    ])
  func fresh(folders: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = Protoc.repository.appending(path: "proto/generate")
    let sources = folders.map { Protoc.repository.appending(path: $0) }
    _ = try Protoc.run(script, [folder.path, sources[1].path])

    let committed = try files(sources[0])
      .filter { $0.key != "include/module.modulemap" }
    let generated = try files(folder)
    #expect(committed.keys.sorted() == generated.keys.sorted(), "run make proto")
    for (path, data) in generated {
      #expect(committed[path] == data, "\(path) is stale: run make proto")
    }
  }

  @Test("The module map names every header")
  func moduleMap() throws {
    let include = Protoc.repository.appending(path: "Sources/CMessages/include")
    let map = try String(contentsOf: include.appending(path: "module.modulemap"), encoding: .utf8)
    for path in try files(include).keys where path.hasSuffix(".h") {
      #expect(map.contains("header \"\(path)\"\n"))
    }
  }

  @Test("The descriptor set holds every file of the contract")
  func descriptorSet() throws {
    let text = try Protoc.decode(
      DescriptorSet.serializedBytes, as: "google.protobuf.FileDescriptorSet")
    for file in [
      "provisioning/v1/user_provisioning.proto", "provisioning/v1/audit.proto",
      "google/rpc/status.proto", "google/rpc/error_details.proto", "google/protobuf/any.proto",
      "google/protobuf/duration.proto", "google/protobuf/timestamp.proto",
      "google/protobuf/wrappers.proto", "grpc/health/v1/health.proto",
      "grpc/reflection/v1/reflection.proto", "grpc/reflection/v1alpha/reflection.proto",
      "grpc/channelz/v1/channelz.proto",
    ] {
      #expect(text.contains("file { name: \"\(file)\""))
    }
    // The generator's option stays out of the public set.
    #expect(!text.contains("1019"))
  }
}
