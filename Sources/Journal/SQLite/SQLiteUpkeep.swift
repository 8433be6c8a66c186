import Foundation
import GRDB
import Provisioning

/// The statements of ``JournalUpkeep`` in SQLite.
enum SQLiteUpkeep {
  private static let register = JournalSchema.insertMeta + " ON CONFLICT DO NOTHING"

  /// The claims of a settled creation say nothing any more; 32 zero bytes are the hash of no name.
  private static let erase = """
    UPDATE creation SET sealed_intent = x'', sealed_answer = NULL, user_hash = zeroblob(32),
      email_hash = NULL, phone_hash = NULL
    WHERE creation_id = ? AND \(CreationTable.isSettled)
      AND length(sealed_intent) > 0
    """

  private static let expire = """
    UPDATE audit_record
    SET \(JournalRecord.expired.map { "\($0.column) = \($0.value)" }.joined(separator: ", "))
    WHERE seq BETWEEN ? AND ? AND record IS NOT NULL
    """

  /// - Returns: whether anything was changed.
  static func apply(_ upkeep: JournalUpkeep, _ db: Database) throws -> Bool {
    switch upkeep {
    case .register(let rows):
      var changes = 0
      for row in rows {
        try db.execute(sql: register, arguments: [row.name, row.value])
        changes += db.changesCount
      }
      return changes > 0
    case .erase(let id):
      try db.execute(sql: erase, arguments: [Data(id.bytes)])
      return db.changesCount > 0
    case .expire(let places):
      let sequences = [places.lowerBound + 1, places.upperBound + 1]
      try db.cachedStatement(sql: expire).execute(arguments: StatementArguments(sequences))
      return db.changesCount > 0
    }
  }
}

extension AuditReader: ExpiryReader {
  func oldestRecords(
    limit: Int
  ) async throws(JournalError) -> [(treeIndex: Int64, time: Int64)] {
    try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT seq - 1, wall_us FROM audit_record
          WHERE seq > (SELECT coalesce(max(seq), 0) FROM audit_record WHERE record IS NULL)
          ORDER BY seq LIMIT ?
          """, arguments: [limit]
      ).map { row in (try row.decode(atIndex: 0), try row.decode(atIndex: 1)) }
    }
  }
}

extension AuditReader: KeyUseReader {
  func meta() async throws(JournalError) -> [String: String] {
    try await read { db in try SQLiteStore.allMeta(db) }
  }

  func openCreations(sealedThrough epoch: Int) async throws(JournalError) -> Int {
    try await read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM creation
          WHERE \(CreationTable.isOpen) AND seal_key <= ?
          """, arguments: [epoch]) ?? 0
    }
  }
}
