import Foundation
import Provisioning

/// The tree of a journal in PostgreSQL, read beside its writers.
struct PostgreSQLTreeReader: TreeReader {
  static let statements =
    PostgreSQLTree.statements + [sealedRecords, recordOfEvent, recordOfCreation]

  private static let select = "SELECT tree_index, record, leaf_hash FROM audit_record"
  private static let sealedRecords = PostgreSQLStatement(
    name: "sealed_records",
    sql: "\(select) WHERE tree_index >= $1 ORDER BY tree_index LIMIT $2",
    types: [.integer, .integer])
  private static let recordOfEvent = PostgreSQLStatement(
    name: "sealed_record_of_event", sql: "\(select) WHERE event_id = $1", types: [.bytes])
  private static let recordOfCreation = PostgreSQLStatement(
    name: "sealed_record_of_creation",
    sql: "\(select) WHERE creation_id = $1 ORDER BY seq DESC LIMIT 1", types: [.bytes])

  let reader: PostgreSQLReader

  func treeHead() async throws(JournalError) -> TreeHead {
    let rows = try await reader.rows(PostgreSQLCall(statement: PostgreSQLTree.readHead))
    return try intact { try PostgreSQLTree.head(rows) }
  }

  func tiles(
    _ tiles: Set<TreeTile>, inTreeOf size: Int64
  ) async throws(JournalError) -> TreeTiles {
    var hashes: [TreeTile: [TreeHash]] = [:]
    for tile in tiles {
      let range = tile.hashes(inTreeOf: size)
      let rows = try await reader.rows(PostgreSQLTree.call(level: tile.level, in: range))
      hashes[tile] = try intact { try PostgreSQLTree.hashes(rows, in: range) }
    }
    return TreeTiles(hashes)
  }

  func records(
    from treeIndex: Int64, limit: Int
  ) async throws(JournalError) -> [SealedRecord] {
    let rows = try await reader.rows(
      PostgreSQLCall(
        statement: Self.sealedRecords, values: [.integer(treeIndex), .integer(Int64(limit))]))
    return try intact { try rows.compactMap(Self.record) }
  }

  func record(ofEvent id: Identifier) async throws(JournalError) -> RecordPlace {
    try await place(Self.recordOfEvent, id)
  }

  func record(ofCreation id: Identifier) async throws(JournalError) -> RecordPlace {
    try await place(Self.recordOfCreation, id)
  }

  private func place(
    _ statement: PostgreSQLStatement, _ id: Identifier
  ) async throws(JournalError) -> RecordPlace {
    let rows = try await reader.rows(
      PostgreSQLCall(statement: statement, values: [.bytes(Data(id.bytes))]))
    guard let row = rows.first else { return .none }
    return try intact { try Self.record(row).map { .sealed($0) } ?? .pending }
  }

  /// `nil` for one that has no place yet.
  private static func record(_ row: PostgreSQLRow) throws -> SealedRecord? {
    guard let treeIndex = try row.integer(0) else { return nil }
    return SealedRecord(
      treeIndex: treeIndex, record: try row.data(1), leafHash: try row.data(2).present())
  }

  private func intact<Value>(_ read: () throws -> Value) throws(JournalError) -> Value {
    do {
      return try read()
    } catch {
      throw .unavailable("the journal's tree is damaged")
    }
  }
}
