import Crypto
import Foundation
import GRDB
import Provisioning

/// Reads the audit trail on read-only connections, in short transactions, beside the writer.
final class AuditReader: Sendable {
  /// Connections: a few readers at a time are enough, and each holds a page cache.
  private static let connectionLimit = 2
  /// The largest page.
  static let pageLimit = 1000

  private let database: DatabasePool
  private let tokenKey: SymmetricKey

  /// - Parameter path: of a database that the writer has open: a reader cannot recover a WAL.
  init(path: String, tokenKey: SymmetricKey) throws(JournalOpenError) {
    self.tokenKey = tokenKey
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

  func events(_ query: AuditQuery) async throws(JournalError) -> AuditPage {
    guard (1...Self.pageLimit).contains(query.pageSize) else {
      throw .invalidQuery("page size: 1...\(Self.pageLimit)")
    }
    var before = Int64.max
    if !query.pageToken.isEmpty {
      guard let token = PageToken(query.pageToken, for: query, key: tokenKey) else {
        throw .invalidQuery("page token: not a token of this listing")
      }
      before = token.sequence
    }
    let selection = AuditSelection(query: query, before: before)
    let rows = try await read { db in try selection.rows(in: db) }
    let page = rows.prefix(query.pageSize)
    var nextPageToken = ""
    if rows.count > page.count, let last = page.last {
      nextPageToken = PageToken(sequence: last.sequence).text(for: query, key: tokenKey)
    }
    return AuditPage(events: try await decode(page), nextPageToken: nextPageToken)
  }

  func event(_ id: Identifier) async throws(JournalError) -> AuditEvent? {
    let row = try await read { db in
      try StoredRecord.fetchOne(
        db, sql: "SELECT seq, record, leaf_hash FROM audit_record WHERE event_id = ?",
        arguments: [Data(id.bytes)])
    }
    guard let row else { return nil }
    return try await decode([row]).first
  }

  fileprivate func read<Value: Sendable>(
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

  /// On the shared threads, not on the caller's event loop: a page can take milliseconds.
  private func decode(
    _ rows: some Collection<StoredRecord> & Sendable
  ) async throws(JournalError) -> [AuditEvent] {
    try await withTaskExecutorPreference(globalConcurrentExecutor) {
      () async throws(JournalError) in
      var events: [AuditEvent] = []
      events.reserveCapacity(rows.count)
      for row in rows {
        do {
          events.append(try JournalRecord.event(from: row.record, leafHash: row.leafHash))
        } catch {
          throw JournalError.unavailable("audit record \(row.sequence) is damaged")
        }
      }
      return events
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
