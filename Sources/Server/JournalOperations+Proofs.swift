import Foundation
import Journal

/// What can be proven of a journal, beside a running service or without one. Only reads.
extension JournalOperations {
  /// What the verification of a journal came to.
  package struct Verdict: Equatable, Sendable {
    package let isSound: Bool
    /// Names the first entry that is wrong, if one is.
    package let line: String
  }

  /// Looks at the whole of a journal.
  ///
  /// - Parameters:
  ///   - anchorPath: of a checkpoint that the journal has to go back to.
  ///   - publicKeys: that may have signed its checkpoints; none: signatures are not looked at.
  package static func verify(
    _ journal: String, against anchorPath: String?, publicKeys: [String]
  ) throws(StartError) -> Verdict {
    let location = try location(journal)
    var verification = JournalVerification()
    for text in publicKeys {
      guard let key = NoteVerifierKey(text) else {
        throw StartError(.usage, "--public-key: accepted: NAME+ID+KEY, as a signed note has it")
      }
      verification.keys.append(key)
    }
    verification.anchor = try anchorPath.map(readCheckpoint)
    do {
      let report =
        switch location {
        case .sqlite(let path): try verification.run(sqlitePath: path)
        case .postgreSQL(let address): try verification.run(address: address)
        }
      let anchor = verification.anchor.map {
        ", the first \($0.checkpoint.size) those of the checkpoint"
      }
      return Verdict(
        isSound: true,
        line: "\(location): \(report.records) records, \(report.treeSize) of them sealed"
          + "\(anchor ?? ""), \(report.creations) creations: sound")
    } catch let finding as JournalVerification.Finding {
      return Verdict(isSound: false, line: "\(location): \(finding)")
    } catch let error as JournalOpenError {
      throw StartError(error)
    } catch {
      throw StartError(.internalError, "\(location): it cannot be verified")
    }
  }

  private static func location(_ journal: String) throws(StartError) -> JournalLocation {
    guard let location = JournalLocation(journal) else {
      throw StartError(.usage, "the journal: accepted: \(JournalLocation.accepted)")
    }
    return location
  }

  /// The newest checkpoint of a journal, a signed note without its last line feed.
  package static func checkpoint(_ journal: String) throws(StartError) -> String {
    String(try newestCheckpoint(try location(journal)).note.dropLast())
  }

  /// The newest checkpoint that the journal's witness has cosigned, without its last line feed.
  package static func cosignedCheckpoint(
    _ journal: String, keysPath: String?
  ) throws(StartError) -> String {
    let location = try location(journal)
    guard let keysPath = keysPath ?? location.defaultKeysPath else {
      throw StartError(.usage, "--journal-keys: required for a journal in PostgreSQL")
    }
    let kept = CosignedCheckpoint(
      origin: try newestCheckpoint(location).checkpoint.origin, directory: keysPath)
    do {
      guard let newest = try kept.newest() else {
        throw StartError(.configuration, "journal \(location): no witness has cosigned it")
      }
      return String(newest.note.dropLast())
    } catch let error as StartError {
      throw error
    } catch {
      throw StartError(.configuration, "journal \(location): \(error)")
    }
  }

  private static func newestCheckpoint(
    _ location: JournalLocation
  ) throws(StartError) -> SignedCheckpoint {
    do {
      return
        switch location
      {
      case .sqlite(let path): try SignedCheckpoint.newest(sqlitePath: path)
      case .postgreSQL(let address): try SignedCheckpoint.newest(address: address)
      }
    } catch let error as JournalOpenError {
      throw StartError(error)
    } catch {
      throw StartError(.configuration, "journal \(location): it has no checkpoint")
    }
  }

  /// The public keys that the checkpoints of a journal are signed with, the newest first, one a line.
  package static func checkpointKeys(
    _ journal: String, keysPath: String?
  ) throws(StartError) -> String {
    try signer(journal, keysPath: keysPath).verifierKeys.map(\.description)
      .joined(separator: "\n")
  }

  private static func signer(
    _ journal: String, keysPath: String?
  ) throws(StartError) -> CheckpointSigner {
    let location = try location(journal)
    guard let keysPath = keysPath ?? location.defaultKeysPath else {
      throw StartError(.usage, "--journal-keys: required for a journal in PostgreSQL")
    }
    let origin = try newestCheckpoint(location).checkpoint.origin
    do {
      return try CheckpointSigner(origin: origin, directory: keysPath, mayCreate: false)
    } catch {
      throw StartError(error)
    }
  }

  /// A checkpoint that somebody has kept in a file.
  static func readCheckpoint(at path: String) throws(StartError) -> SignedCheckpoint {
    guard let file = FileHandle(forReadingAtPath: path),
      let content = try? file.read(upToCount: SignedCheckpoint.lengthLimit + 1)
    else { throw StartError(.configuration, "\(path): it cannot be read") }
    guard let checkpoint = SignedCheckpoint(String(decoding: content, as: UTF8.self)) else {
      throw StartError(.configuration, "\(path): it is no signed checkpoint of a journal")
    }
    return checkpoint
  }
}
