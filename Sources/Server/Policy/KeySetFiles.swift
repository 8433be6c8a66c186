import Foundation

/// The files of public keys that one document names: each is read once, from the folder of the
/// document unless its path is absolute.
final class KeySetFiles {
  private let document: String
  /// By their paths.
  private(set) var sets: [String: JSONWebKeySet] = [:]
  /// The document and these files, those that were refused too, as they were before they were read.
  private(set) var watched: WatchedFiles

  /// - Parameter document: the path of the policy document.
  init(besides document: String) {
    watched = WatchedFiles([document])
    self.document = document
  }

  /// Reads a file.
  ///
  /// - Returns: its path, under which ``sets`` has it.
  func read(_ name: String) throws(JSONWebKeySetError) -> String {
    let path = name.hasPrefix("/") ? name : folder + "/" + name
    if sets[path] != nil { return path }
    watched.add(path)
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable }
    sets[path] = try JSONWebKeySet(Array(data))
    return path
  }

  private var folder: String { URL(filePath: document).deletingLastPathComponent().path }
}
