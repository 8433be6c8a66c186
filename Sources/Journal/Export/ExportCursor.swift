import Foundation

/// Remembers in a file how far an export has come.
struct ExportCursor: Sendable {
  private struct Content: Codable {
    /// The index of the record that is to be exported next.
    var next: Int64
    /// Of which journal; see ``ExportLine/source``.
    var source: String
  }

  let path: String
  let source: String

  /// The record that is to be exported next; 0 for a cursor that is not there yet.
  func read() throws(ExportFailure) -> Int64 {
    do {
      guard try POSIXFile.mode(of: path) != nil else { return 0 }
    } catch {
      throw ExportFailure("\(path): \(error.reason)")
    }
    guard let data = FileManager.default.contents(atPath: path),
      let content = try? JSONDecoder().decode(Content.self, from: data), content.next >= 0
    else { throw ExportFailure("\(path): it is no cursor of an export") }
    guard content.source == source else {
      throw ExportFailure("\(path): it is the cursor of another journal, \(content.source)")
    }
    return content.next
  }

  /// Durable when it returns. Called once everything before `next` is.
  func write(_ next: Int64) throws(ExportFailure) {
    var json = CanonicalJSON()
    json.object { json in
      json.member("next", next)
      json.member("source", source)
    }
    do {
      try POSIXFile.createDurably(path, content: json.bytes + [UInt8(ascii: "\n")], mode: 0o600)
    } catch {
      throw ExportFailure("\(path): \(error.reason)")
    }
  }
}

/// Why an export does not go on, in one line.
package struct ExportFailure: Error, Equatable, CustomStringConvertible {
  package let description: String
  /// Whether a line was begun and not ended in a target that it cannot be removed from.
  package let leavesPartOfALine: Bool

  init(_ description: String, leavesPartOfALine: Bool = false) {
    self.description = description
    self.leavesPartOfALine = leavesPartOfALine
  }
}
