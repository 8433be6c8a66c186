import Foundation
package import Provisioning
import Synchronization

/// The newest checkpoint that a witness has cosigned, in a file beside the journal's keys: with it an
/// auditor shows that nobody was told of another journal.
package final class CosignedCheckpoint: Sendable {
  /// Its name in the folder of the keys.
  static let fileName = "witness.checkpoint"

  private let origin: String
  private let path: String
  private let kept = Mutex<SignedCheckpoint?>(nil)

  /// - Parameters:
  ///   - origin: of the journal; the checkpoint of another one counts for nothing.
  ///   - directory: of the journal's keys.
  package init(origin: String, directory: String) {
    self.origin = origin
    path = directory + "/" + Self.fileName
  }

  /// `nil` where there is none yet. The first time it reads the file.
  ///
  /// - Throws: ``JournalError/unavailable(_:)`` for a file that cannot be read or holds no checkpoint.
  package func newest() throws(JournalError) -> SignedCheckpoint? {
    if let kept = kept.withLock({ $0 }) { return kept }
    let read = try read()
    kept.withLock { $0 = $0 ?? read }
    return read
  }

  private func read() throws(JournalError) -> SignedCheckpoint? {
    do {
      guard try POSIXFile.mode(of: path) != nil else { return nil }
    } catch {
      throw .unavailable("the cosigned checkpoint cannot be read: \(error.reason)")
    }
    guard let file = FileHandle(forReadingAtPath: path),
      let content = try? file.read(upToCount: SignedCheckpoint.lengthLimit + 1),
      let checkpoint = SignedCheckpoint(String(decoding: content, as: UTF8.self))
    else { throw .unavailable("the file of the cosigned checkpoint is damaged") }
    return checkpoint.checkpoint.origin == origin ? checkpoint : nil
  }

  /// Durable when it returns. Blocks.
  package func keep(_ checkpoint: SignedCheckpoint) throws(JournalError) {
    do {
      try POSIXFile.createDurably(path, content: Array(checkpoint.note.utf8), mode: 0o600)
    } catch {
      throw .unavailable("the cosigned checkpoint cannot be kept: \(error.reason)")
    }
    kept.withLock { $0 = checkpoint }
  }
}
