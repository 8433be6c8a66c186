import Foundation
import GRDB
import Synchronization

/// Copies the database of a journal while it is written. The copy is one state of it: the source is
/// read in one transaction, and what is written meanwhile stays in the WAL.
struct SQLiteBackup: Sendable {
  /// Between two looks whether anybody still waits for the copy: 4 MiB.
  private static let pagesPerStep: CInt = 1024
  private static let draftSuffix = ".part"

  let source: DatabasePool

  /// - Returns: the records in the copy.
  func write(to path: String) async throws(OperatorRefusal) -> Int {
    let draft = path + Self.draftSuffix
    do throws(POSIXFile.Failure) {
      guard try POSIXFile.mode(of: path) == nil else { throw POSIXFile.Failure(code: EEXIST) }
      try Self.make(draft)
    } catch {
      throw Self.refusal(path, error)
    }
    defer { try? POSIXFile.remove(draft) }
    do {
      let records = try await copy(to: draft)
      try POSIXFile.publish(draft, as: path)
      return records
    } catch let failure as POSIXFile.Failure {
      throw Self.refusal(path, failure)
    } catch let error as DatabaseError {
      throw OperatorRefusal("the backup failed: \(SQLiteStore.text(of: error))")
    } catch {
      throw OperatorRefusal("the backup was cut short")
    }
  }

  /// Ours alone from its first byte on.
  private static func make(_ draft: String) throws(POSIXFile.Failure) {
    close(try POSIXFile.open(draft, O_RDWR | O_CREAT | O_EXCL))
  }

  private func copy(to draft: String) async throws -> Int {
    let target = try DatabaseQueue(path: draft)
    let end = CopyEnd()
    let records = try await withTaskCancellationHandler {
      try await source.read { try Self.copy($0, to: target, until: end) }
    } onCancel: {
      end.isWanted.store(true, ordering: .relaxed)
    }
    try target.close()
    return records
  }

  private static func copy(
    _ db: Database, to target: DatabaseQueue, until end: CopyEnd
  ) throws -> Int {
    try target.inDatabase { copy in
      try db.backup(to: copy, pagesPerStep: pagesPerStep) { _ in
        if end.isWanted.load(ordering: .relaxed) { throw CancellationError() }
      }
    }
    return try Int.fetchOne(db, sql: "SELECT coalesce(max(seq), 0) FROM audit_record") ?? 0
  }

  private static func refusal(_ path: String, _ failure: POSIXFile.Failure) -> OperatorRefusal {
    guard failure.code == EEXIST else {
      return OperatorRefusal("\(path) cannot be written: \(failure.reason)")
    }
    return OperatorRefusal(
      "\(path), or \(path + draftSuffix) of a backup that is under way or was cut short, exists")
  }
}

/// Whether nobody waits for a copy any more: its thread belongs to no task.
private final class CopyEnd: Sendable {
  let isWanted = Atomic(false)
}

extension POSIXFile {
  /// Gives a finished file its name, durably, unless there is one of that name.
  fileprivate static func publish(_ draft: String, as path: String) throws(Failure) {
    let descriptor = try open(draft, O_RDWR)
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .last }
    // A rename would replace what has come there meanwhile.
    guard unsafe link(draft, path) == 0 else { throw .last }
    try synchronize(directory: parent(of: path))
  }
}
