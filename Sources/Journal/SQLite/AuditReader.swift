import Foundation
import GRDB
import Provisioning

/// Reads on read-only connections, in short transactions, beside the writer.
final class AuditReader: Sendable {
  /// Connections: a few readers at a time are enough, and each holds a page cache.
  private static let connectionLimit = 2

  let database: DatabasePool

  /// - Parameter path: of a database that the writer has open: a reader cannot recover a WAL.
  init(path: String) throws(JournalOpenError) {
    var configuration = Configuration()
    configuration.label = "journal.reader"
    configuration.readonly = true
    configuration.busyMode = .timeout(SQLiteStore.busyTimeout)
    configuration.maximumReaderCount = Self.connectionLimit
    do {
      database = try DatabasePool(path: path, configuration: configuration)
    } catch let error as DatabaseError {
      throw SQLiteStore.openError(error, path: path)
    } catch {
      throw .damaged(path: path, reason: "it cannot be read while it is written")
    }
  }

  func close() {
    try? database.close()
  }

  func read<Value: Sendable>(
    _ body: @Sendable (Database) throws -> Value
  ) async throws(JournalError) -> Value {
    do {
      return try await database.read(body)
    } catch let error as DatabaseError {
      throw .unavailable("the journal cannot be read: \(SQLiteStore.text(of: error))")
    } catch {
      throw .unavailable("the journal cannot be read")
    }
  }
}

extension AuditReader: RecordReader {
  func places(_ scans: [AuditScan]) async throws(JournalError) -> [AuditScan.Places] {
    try await read { db in try scans.map { try SQLiteScan.places($0, in: db) } }
  }

  func records(_ sequences: [Int64]) async throws(JournalError) -> [StoredRecord] {
    try await read { db in try SQLiteScan.records(sequences, in: db) }
  }

  func record(_ id: Identifier) async throws(JournalError) -> StoredRecord? {
    try await read { db in
      try StoredRecord.fetchOne(
        db,
        sql: """
          SELECT seq, record, leaf_hash FROM audit_record
          WHERE event_id = ? AND record IS NOT NULL
          """,
        arguments: [Data(id.bytes)])
    }
  }
}

extension AuditReader: CreationReader {
  func row(_ key: CreationKey) async throws(JournalError) -> CreationRow? {
    try await read { db in try CreationTable.row(key, db) }
  }

  func row(_ id: Identifier) async throws(JournalError) -> CreationRow? {
    try await read { db in try CreationTable.row(id, db) }
  }

  func abandoned(before time: Int64, limit: Int) async throws(JournalError) -> [CreationRow] {
    try await read { db in try CreationTable.abandoned(before: time, limit: limit, db) }
  }

  func creators(
    of name: NameInPool, since time: Int64
  ) async throws(JournalError) -> [CreationRow] {
    try await read { db in try CreationTable.creators(of: name, since: time, db) }
  }
}
