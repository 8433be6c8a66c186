import Foundation
import GRDB

/// A journal in SQLite as its verification reads it: beside the service that writes it, or without.
struct SQLiteVerification: VerificationSource {
  private let database: DatabaseQueue

  init(path: String) throws {
    var configuration = Configuration()
    configuration.label = "journal.verification"
    configuration.readonly = true
    configuration.busyMode = .timeout(SQLiteStore.busyTimeout)
    database = try DatabaseQueue(path: path, configuration: configuration)
    let application = try database.read { try Int.fetchOne($0, sql: "PRAGMA application_id") }
    guard application == JournalSchema.applicationID else {
      throw JournalOpenError.notAJournal(path: path)
    }
  }

  func origin() throws -> String {
    try database.read { db in
      try String.fetchOne(
        db, sql: "SELECT value FROM meta WHERE key = ?",
        arguments: [JournalSchema.MetaKey.origin]
      ).present()
    }
  }

  func head() throws -> TreeHead {
    try database.read { db in try SQLiteTree.head(db) }
  }

  func records(from treeIndex: Int64, limit: Int) throws -> (records: [ExaminedRecord], TreeHead) {
    let names = ExaminedRecord.columns.map { $0.name == "tree_index" ? "seq - 1" : $0.name }
    do {
      return try database.read { db in
        let rows = try Row.fetchAll(
          db,
          sql: "SELECT \(names.joined(separator: ", ")) FROM audit_record WHERE seq > ?"
            + " ORDER BY seq LIMIT ?", arguments: [treeIndex, limit])
        return (try rows.map(Self.record), try SQLiteTree.head(db))
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      throw UnreadableEntry()
    }
  }

  private static func record(_ row: Row) throws -> ExaminedRecord {
    var reader = RowReader(row: row)
    guard let record = try? ExaminedRecord(from: &reader) else { throw UnreadableEntry() }
    return record
  }

  /// The tree grows with each record.
  func unsealedRecords(after sequence: Int64, limit: Int) throws -> [ExaminedRecord] { [] }

  func node(level: Int, position: Int64) throws -> TreeHash? {
    try database.read { db in
      try SQLiteTree.hashes(level: level, in: position..<position + 1, db).first
    }
  }

  func creations(after id: Data, limit: Int) throws -> [CreationEvidence] {
    try database.read { db in
      let ids = try Data.fetchAll(
        db,
        sql: """
          SELECT creation_id FROM (
            SELECT creation_id FROM creation WHERE creation_id > ?1
            ORDER BY creation_id LIMIT ?2)
          UNION
          SELECT creation_id FROM (
            SELECT DISTINCT creation_id FROM audit_record WHERE creation_id > ?1
            ORDER BY creation_id LIMIT ?2)
          ORDER BY creation_id LIMIT ?2
          """, arguments: [id, limit])
      let records = try db.cachedStatement(
        sql: "SELECT seq, record, leaf_hash FROM audit_record WHERE creation_id = ? ORDER BY seq")
      let row = try db.cachedStatement(
        sql: "SELECT state, attempt, fence FROM creation WHERE creation_id = ?")
      return try ids.map { id in
        CreationEvidence(
          creationID: id, records: try StoredRecord.fetchAll(records, arguments: [id]),
          row: try Row.fetchOne(row, arguments: [id]).map { row in
            CreationHistory.Row(
              state: try row.decode(forColumn: "state"),
              attempt: try row.decode(forColumn: "attempt"),
              fence: try row.decode(forColumn: "fence"))
          })
      }
    }
  }
}

extension JournalVerification {
  /// Verifies a journal in SQLite. Blocks.
  ///
  /// - Throws: a ``Finding``, or a ``JournalOpenError`` where it cannot be read.
  package func run(sqlitePath path: String) throws -> Report {
    try SQLiteVerification.reading(path) { try run($0) }
  }
}

extension SQLiteVerification {
  /// Opens a journal for a look at it. Blocks.
  static func reading<Value>(
    _ path: String, _ body: (SQLiteVerification) throws -> Value
  ) throws -> Value {
    guard try POSIXFile.mode(of: path) != nil else {
      throw JournalOpenError.notReadable(path: path, reason: "there is no such file")
    }
    do {
      return try body(try SQLiteVerification(path: path))
    } catch let error as DatabaseError {
      throw SQLiteStore.openError(error, path: path)
    } catch is ColumnMismatch {
      throw JournalOpenError.damaged(path: path, reason: "its tables are not as expected")
    } catch is RowDecodingError {
      throw JournalOpenError.damaged(path: path, reason: "its tables are not as expected")
    }
  }
}

extension SignedCheckpoint {
  /// The newest one of a journal in SQLite, also beside the service that writes it. Blocks.
  package static func newest(sqlitePath path: String) throws -> SignedCheckpoint {
    try SQLiteVerification.reading(path) { source in
      try SignedCheckpoint(try source.head().note).present()
    }
  }
}
