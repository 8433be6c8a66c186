import Foundation
import GRDB
import Provisioning

/// The table `creation` in SQLite, and the statements that change it.
enum CreationTable {
  /// Under way or in doubt. Not as `IN` with a list: for one of more than two values SQLite makes a
  /// table of its own, and would do so in each partial index, whenever a row changes.
  static let isOpen = "(state = 'INTENT' OR state = 'UNKNOWN' OR state = 'UNRESOLVED')"
  /// The opposite.
  static let isSettled = "state <> 'INTENT' AND state <> 'UNKNOWN' AND state <> 'UNRESOLVED'"

  /// One creation in flight for each name in a pool: the partial indexes cover INTENT and UNKNOWN
  /// (``CreationState/holdsNames``).
  static let statements = """
    CREATE TABLE creation (
      caller_id TEXT NOT NULL,
      request_id TEXT NOT NULL,
      creation_id BLOB NOT NULL UNIQUE CHECK (length(creation_id) = 16),
      fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
      organization TEXT NOT NULL,
      pool_id TEXT NOT NULL,
      user_hash BLOB NOT NULL CHECK (length(user_hash) = 32),
      email_hash BLOB CHECK (length(email_hash) = 32),
      phone_hash BLOB CHECK (length(phone_hash) = 32),
      state TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      fence INTEGER NOT NULL,
      lease_end INTEGER NOT NULL,
      create_time INTEGER NOT NULL,
      update_time INTEGER NOT NULL,
      attempt_time INTEGER NOT NULL,
      evidence_start INTEGER NOT NULL,
      send_end INTEGER,
      evidence TEXT,
      operator_verdict TEXT,
      seal_key INTEGER NOT NULL,
      sealed_intent BLOB NOT NULL,
      sealed_answer BLOB,
      PRIMARY KEY (caller_id, request_id)
    ) STRICT;

    CREATE UNIQUE INDEX creation_user ON creation (pool_id, user_hash)
      WHERE state IN ('INTENT', 'UNKNOWN');
    CREATE UNIQUE INDEX creation_email ON creation (pool_id, email_hash)
      WHERE email_hash IS NOT NULL AND state IN ('INTENT', 'UNKNOWN');
    CREATE UNIQUE INDEX creation_phone ON creation (pool_id, phone_hash)
      WHERE phone_hash IS NOT NULL AND state IN ('INTENT', 'UNKNOWN');
    CREATE INDEX creation_open ON creation (lease_end)
      WHERE \(isOpen);
    CREATE INDEX creation_settled ON creation (update_time)
      WHERE \(isSettled);
    """

  private static let select = CreationRow.select

  static let insert = """
    INSERT INTO creation (\(CreationRow.columns.names))
    VALUES (\(CreationRow.columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT DO NOTHING
    """

  /// A change of a row's standing, if the row has its stamp still.
  static let update = """
    UPDATE OR IGNORE creation
    SET \(CreationRow.Standing.columns.map { "\($0.name) = ?" }.joined(separator: ", "))
    WHERE \(CreationStamp.columns.map { "\($0.name) = ?" }.joined(separator: " AND "))
    """

  private static let purge = """
    DELETE FROM creation WHERE rowid IN (
      SELECT rowid FROM creation INDEXED BY creation_settled
      WHERE \(isSettled) AND update_time < ? LIMIT ?)
    """

  static func purge(before time: Int64, limit: Int, _ db: Database) throws {
    try db.cachedStatement(sql: purge).execute(arguments: [time, limit])
  }

  /// Why a row was not inserted.
  static func refusal(ofInserting row: CreationRow, _ db: Database) throws -> EntryRefusal {
    if let taken = try Self.row(row.key, db) { return .keyTaken(taken) }
    return try nameHolder(of: row, db).map { .nameTaken($0) } ?? .refused
  }

  /// Why no row was changed.
  static func refusal(ofUpdating stamp: CreationStamp, _ db: Database) throws -> EntryRefusal {
    guard let current = try Self.row(stamp.creationID, db) else { return .superseded(nil) }
    guard current.matches(stamp) else { return .superseded(current) }
    return try nameHolder(of: current, db).map { .nameTaken($0) } ?? .refused
  }

  private static func nameHolder(of row: CreationRow, _ db: Database) throws -> CreationRow? {
    try CreationRow.fetchOne(
      db.cachedStatement(
        sql: """
          \(select) WHERE pool_id = ? AND creation_id != ? AND state IN ('INTENT', 'UNKNOWN')
            AND (user_hash = ? OR email_hash = ? OR phone_hash = ?)
          LIMIT 1
          """),
      arguments: [row.poolID, row.creationID, row.userHash, row.emailHash, row.phoneHash])
  }

  static func row(_ key: CreationKey, _ db: Database) throws -> CreationRow? {
    try CreationRow.fetchOne(
      db.cachedStatement(sql: "\(select) WHERE caller_id = ? AND request_id = ?"),
      arguments: [key.callerID, key.requestID])
  }

  static func row(_ id: Identifier, _ db: Database) throws -> CreationRow? {
    try CreationRow.fetchOne(
      db.cachedStatement(sql: "\(select) WHERE creation_id = ?"), arguments: [Data(id.bytes)])
  }

  static func creators(
    of name: NameInPool, since time: Int64, _ db: Database
  ) throws -> [CreationRow] {
    try CreationRow.fetchAll(
      db.cachedStatement(
        sql: """
          \(select) INDEXED BY creation_settled
          WHERE \(isSettled) AND update_time >= ?
            AND state IN ('SUCCEEDED', 'RECONCILED_CREATED') AND pool_id = ? AND user_hash = ?
          """), arguments: [time, name.poolID, Data(name.user.bytes)])
  }

  static func abandoned(before time: Int64, limit: Int, _ db: Database) throws -> [CreationRow] {
    try CreationRow.fetchAll(
      db.cachedStatement(
        sql: """
          \(select) WHERE \(isOpen) AND lease_end < ?
          ORDER BY lease_end LIMIT ?
          """), arguments: [time, limit])
  }
}

extension CreationRow: FetchableRecord {
  init(row: Row) throws {
    var reader = RowReader(row: row)
    try self.init(from: &reader)
  }
}

struct RowReader: ColumnReader {
  let row: Row
  private var index = 0

  init(row: Row) {
    self.row = row
  }

  mutating func text() throws -> String? { try next() }
  mutating func integer() throws -> Int64? { try next() }
  mutating func bytes() throws -> Data? { try next() }

  private mutating func next<Value: DatabaseValueConvertible>() throws -> Value? {
    defer { index += 1 }
    return try row.decode(Value?.self, atIndex: index)
  }
}
