import Foundation
import GRDB
import Provisioning

/// The table `creation` in SQLite, and the statements that change it.
enum CreationTable {
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
      WHERE state IN ('INTENT', 'UNKNOWN', 'UNRESOLVED');
    CREATE INDEX creation_settled ON creation (update_time)
      WHERE state NOT IN ('INTENT', 'UNKNOWN', 'UNRESOLVED');
    """

  static let columns = [
    "caller_id", "request_id", "creation_id", "fingerprint", "organization", "pool_id",
    "user_hash", "email_hash", "phone_hash", "state", "attempt", "fence", "lease_end",
    "create_time", "update_time", "attempt_time", "evidence_start", "send_end", "evidence",
    "operator_verdict", "seal_key", "sealed_intent", "sealed_answer",
  ]

  static let select = "SELECT \(columns.joined(separator: ", ")) FROM creation"

  static let insert =
    "INSERT INTO creation (\(columns.joined(separator: ", "))) "
    + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT DO NOTHING"

  /// See ``CreationRowUpdate``.
  static let update = """
    UPDATE OR IGNORE creation SET state = ?, attempt = ?, fence = ?, lease_end = ?,
      update_time = ?, attempt_time = ?, evidence_start = ?, send_end = ?, evidence = ?,
      operator_verdict = ?, sealed_answer = ?
    WHERE creation_id = ? AND state = ? AND attempt = ? AND fence = ?
    """

  private static let purge = """
    DELETE FROM creation WHERE rowid IN (
      SELECT rowid FROM creation INDEXED BY creation_settled
      WHERE state NOT IN ('INTENT', 'UNKNOWN', 'UNRESOLVED') AND update_time < ? LIMIT ?)
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
          WHERE state NOT IN ('INTENT', 'UNKNOWN', 'UNRESOLVED') AND update_time >= ?
            AND state IN ('SUCCEEDED', 'RECONCILED_CREATED') AND pool_id = ? AND user_hash = ?
          """), arguments: [time, name.poolID, Data(name.user.bytes)])
  }

  static func abandoned(before time: Int64, limit: Int, _ db: Database) throws -> [CreationRow] {
    try CreationRow.fetchAll(
      db.cachedStatement(
        sql: """
          \(select) WHERE state IN ('INTENT', 'UNKNOWN', 'UNRESOLVED') AND lease_end < ?
          ORDER BY lease_end LIMIT ?
          """), arguments: [time, limit])
  }
}

extension CreationRow: FetchableRecord {
  init(row: Row) throws {
    self.init(
      callerID: try row.decode(forColumn: "caller_id"),
      requestID: try row.decode(forColumn: "request_id"),
      creationID: try row.decode(forColumn: "creation_id"),
      fingerprint: try row.decode(forColumn: "fingerprint"),
      organization: try row.decode(forColumn: "organization"),
      poolID: try row.decode(forColumn: "pool_id"),
      userHash: try row.decode(forColumn: "user_hash"),
      emailHash: try row.decode(forColumn: "email_hash"),
      phoneHash: try row.decode(forColumn: "phone_hash"),
      state: try row.decode(forColumn: "state"),
      attempt: try row.decode(forColumn: "attempt"),
      fence: try row.decode(forColumn: "fence"),
      leaseEnd: try row.decode(forColumn: "lease_end"),
      createTime: try row.decode(forColumn: "create_time"),
      updateTime: try row.decode(forColumn: "update_time"),
      attemptTime: try row.decode(forColumn: "attempt_time"),
      evidenceStart: try row.decode(forColumn: "evidence_start"),
      sendEnd: try row.decode(forColumn: "send_end"),
      evidence: try row.decode(forColumn: "evidence"),
      operatorVerdict: try row.decode(forColumn: "operator_verdict"),
      sealKey: try row.decode(forColumn: "seal_key"),
      sealedIntent: try row.decode(forColumn: "sealed_intent"),
      sealedAnswer: try row.decode(forColumn: "sealed_answer"))
  }
}

extension PreparedStatement.Values {
  /// In the order of ``CreationTable/columns``.
  mutating func add(_ row: CreationRow) {
    add(row.callerID)
    add(row.requestID)
    add(row.creationID)
    add(row.fingerprint)
    add(row.organization)
    add(row.poolID)
    add(row.userHash)
    add(row.emailHash)
    add(row.phoneHash)
    add(row.state)
    add(row.attempt)
    add(row.fence)
    add(row.leaseEnd)
    add(row.createTime)
    add(row.updateTime)
    add(row.attemptTime)
    add(row.evidenceStart)
    add(row.sendEnd)
    add(row.evidence)
    add(row.operatorVerdict)
    add(row.sealKey)
    add(row.sealedIntent)
    add(row.sealedAnswer)
  }

  /// In the order of ``CreationTable/update``.
  mutating func add(_ update: CreationRowUpdate, of stamp: CreationStamp) {
    add(update.state)
    add(update.attempt)
    add(update.fence)
    add(update.leaseEnd)
    add(update.updateTime)
    add(update.attemptTime)
    add(update.evidenceStart)
    add(update.sendEnd)
    add(update.evidence)
    add(update.operatorVerdict)
    add(update.sealedAnswer)
    add(Data(stamp.creationID.bytes))
    add(stamp.state.rawValue)
    add(Int64(stamp.attempt))
    add(Int64(stamp.fence))
  }
}
