import Foundation
import GRDB

/// A journal in SQLite as its verification reads it: beside the service that writes it, or without.
struct SQLiteVerification: VerificationSource {
  let isDense = true

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

  func records(after sequence: Int64, limit: Int) throws -> [(StoredRecord, RecordColumns)] {
    try database.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT seq, record, leaf_hash, event_id, kind, wall_us, creation_id, request_id,
            organization, caller_id
          FROM audit_record WHERE seq > ? ORDER BY seq LIMIT ?
          """, arguments: [sequence, limit]
      ).map { row in
        (
          try StoredRecord(row: row),
          RecordColumns(
            eventID: try row.decode(forColumn: "event_id"),
            kind: try row.decode(forColumn: "kind"),
            wallMicroseconds: try row.decode(forColumn: "wall_us"),
            creationID: try row.decode(forColumn: "creation_id"),
            requestID: try row.decode(forColumn: "request_id"),
            organization: try row.decode(forColumn: "organization"),
            callerID: try row.decode(forColumn: "caller_id"))
        )
      }
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
  package static func run(sqlitePath path: String) throws -> Report {
    guard try POSIXFile.mode(of: path) != nil else {
      throw JournalOpenError.notReadable(path: path, reason: "there is no such file")
    }
    do {
      return try run(try SQLiteVerification(path: path))
    } catch let error as DatabaseError {
      throw SQLiteStore.openError(error, path: path)
    }
  }
}
