import Foundation
import GRDB

/// The database of a journal that is not there yet. It is made beside its place and gets its name
/// when all of it is on the disk: after a crash it is there whole, or not at all, and none of the
/// writes in between has to wait for the disk.
enum NewDatabase {
  private static let draftSuffix = ".new"

  /// Makes the database, and the keys where they are missing.
  ///
  /// - Parameter path: of which the lock is held.
  /// - Returns: the keys; `nil` where there is a database already.
  static func make(
    path: String, keysDirectory: String, upstream: JournalUpstream
  ) throws -> (JournalKeys, CheckpointSigner)? {
    // An empty file is no database yet: an operator may have made it.
    guard try POSIXFile.size(of: path) ?? 0 == 0 else { return nil }
    let keys = try JournalKeys.open(directory: keysDirectory, mayCreate: true)
    let signer = try CheckpointSigner(
      origin: CheckpointSigner.newOrigin(), directory: keysDirectory, mayCreate: true)
    let draft = path + draftSuffix
    // Also what a start has left that was cut off.
    close(try POSIXFile.open(draft, O_RDWR | O_CREAT | O_TRUNC))
    let database = try DatabaseQueue(path: draft)
    try database.inDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY")
      try write(to: db, keys: keys, signer: signer, upstream: upstream)
      try db.execute(sql: "PRAGMA journal_mode = WAL")
    }
    try database.close()
    try POSIXFile.replaceDurably(path, with: draft)
    return (keys, signer)
  }

  private static func write(
    to db: Database, keys: JournalKeys, signer: CheckpointSigner, upstream: JournalUpstream
  ) throws {
    let head = try TreeHead.first(signedBy: signer)
    try db.inTransaction(.immediate) {
      try db.execute(sql: JournalSchema.statements)
      try db.execute(sql: CreationTable.statements)
      let rows = [
        (JournalSchema.MetaKey.schemaVersion, String(JournalSchema.version)),
        (JournalSchema.MetaKey.upstream, upstream.rawValue),
        (JournalSchema.MetaKey.origin, signer.origin),
      ]
      for (key, value) in rows + keys.fingerprints {
        try db.execute(sql: JournalSchema.insertMeta, arguments: [key, value])
      }
      try PreparedStatement(SQLiteTree.insertHead, db).run { head.write(to: &$0) }
      return .commit
    }
  }
}
