import Foundation

/// What changes when a file is written or exchanged for another one.
struct FileStamp: Equatable, Sendable {
  private var inode: UInt64?
  private var size: UInt64?
  private var modified: Date?

  /// Follows symbolic links, because Kubernetes exchanges the one above a mounted file; nil when
  /// there is no file.
  init?(path: String) {
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else {
      return nil
    }
    inode = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value
    size = (attributes[.size] as? NSNumber)?.uint64Value
    modified = attributes[.modificationDate] as? Date
  }
}

/// Files that are looked at again and again.
struct WatchedFiles: Sendable {
  private(set) var paths: [String]
  private var stamps: [FileStamp?]

  /// Made before the files are read: what changes after that is seen.
  init(_ paths: [String]) {
    self.paths = paths
    stamps = paths.map(FileStamp.init(path:))
  }

  /// One more file that has not been read yet.
  mutating func add(_ path: String) {
    paths.append(path)
    stamps.append(FileStamp(path: path))
  }

  /// These files, and those of `others` that are not among them as they are now.
  func union(_ others: WatchedFiles) -> WatchedFiles {
    var union = self
    for path in others.paths where !paths.contains(path) { union.add(path) }
    return union
  }

  /// Whether one of them has changed since the last look.
  mutating func haveChanged() -> Bool {
    let now = Self(paths)
    defer { self = now }
    return now.stamps != stamps
  }
}
