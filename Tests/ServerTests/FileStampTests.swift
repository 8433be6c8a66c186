import Foundation
import Testing

@testable import Server

@Suite struct FileStampTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test func aFileThatStaysIsTheSame() throws {
    try withFolder { folder in
      let path = folder.appending(path: "a").path
      #expect(FileStamp(path: path) == nil)
      try Data("one".utf8).write(to: URL(filePath: path))
      let stamp = try #require(FileStamp(path: path))
      #expect(FileStamp(path: path) == stamp)
      try Data("longer".utf8).write(to: URL(filePath: path))
      #expect(FileStamp(path: path) != stamp)
    }
  }

  @Test func aChangeIsSeenOnce() throws {
    try withFolder { folder in
      let paths = ["a", "b"].map { folder.appending(path: $0).path }
      var files = WatchedFiles(paths)
      var seen = [files.haveChanged()]
      try Data("one".utf8).write(to: URL(filePath: paths[1]))
      seen += [files.haveChanged(), files.haveChanged()]
      try FileManager.default.removeItem(atPath: paths[1])
      seen.append(files.haveChanged())
      #expect(seen == [false, true, false, true])
    }
  }

  @Test func aLinkAboveTheFileIsFollowed() throws {
    try withFolder { folder in
      let manager = FileManager.default
      for name in ["v1", "v2"] {
        let version = folder.appending(path: name)
        try manager.createDirectory(at: version, withIntermediateDirectories: true)
        try Data("same".utf8).write(to: version.appending(path: "tls.crt"))
      }
      let link = folder.appending(path: "data").path
      try manager.createSymbolicLink(atPath: link, withDestinationPath: "v1")
      let stamp = try #require(FileStamp(path: link + "/tls.crt"))
      try manager.removeItem(atPath: link)
      try manager.createSymbolicLink(atPath: link, withDestinationPath: "v2")
      #expect(FileStamp(path: link + "/tls.crt") != stamp)
    }
  }
}
