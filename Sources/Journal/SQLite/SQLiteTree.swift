import Foundation
import GRDB

/// The tree of a journal in SQLite: the tables `tree_head` and `tree_node`, and the hashes of the
/// records.
enum SQLiteTree {
  static let insertHead = """
    INSERT INTO tree_head (\(TreeHead.columns.names))
    VALUES (\(TreeHead.columns.map { _ in "?" }.joined(separator: ", ")))
    """
  static let updateHead =
    "UPDATE tree_head SET \(TreeHead.columns.map { "\($0.name) = ?" }.joined(separator: ", "))"
  static let insertNode = """
    INSERT INTO tree_node (\(TreeNode.columns.names))
    VALUES (\(TreeNode.columns.map { _ in "?" }.joined(separator: ", ")))
    """

  /// - Throws: ``ColumnMismatch`` where there is none, or one that cannot be.
  static func head(_ db: Database) throws -> TreeHead {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT \(TreeHead.columns.names) FROM tree_head"))
    var reader = RowReader(row: try row.present())
    return try TreeHead(from: &reader)
  }

  /// The hashes that a tree of some size has in these tiles.
  static func tiles(
    _ tiles: Set<TreeTile>, inTreeOf size: Int64, _ db: Database
  ) throws -> TreeTiles {
    var hashes: [TreeTile: [TreeHash]] = [:]
    for tile in tiles {
      let range = tile.hashes(inTreeOf: size)
      hashes[tile] = try Self.hashes(level: tile.level, in: range, db)
    }
    return TreeTiles(hashes)
  }

  /// - Returns: fewer where some are missing at the end.
  static func hashes(level: Int, in range: Range<Int64>, _ db: Database) throws -> [TreeHash] {
    let rows: RowCursor =
      if level == 0 {
        try Row.fetchCursor(
          db.cachedStatement(
            sql: "SELECT seq - 1, leaf_hash FROM audit_record WHERE seq > ? AND seq <= ?"
              + " ORDER BY seq"), arguments: [range.lowerBound, range.upperBound])
      } else {
        try Row.fetchCursor(
          db.cachedStatement(
            sql: "SELECT position, hash FROM tree_node"
              + " WHERE level = ? AND position >= ? AND position < ? ORDER BY position"),
          arguments: [level, range.lowerBound, range.upperBound])
      }
    var hashes: [TreeHash] = []
    while let row = try rows.next() {
      let position: Int64 = try row.decode(atIndex: 0)
      guard position == range.lowerBound + Int64(hashes.count) else { return hashes }
      hashes.append(try TreeHash(row.decode(atIndex: 1)).present())
    }
    return hashes
  }

  static func records(from treeIndex: Int64, limit: Int, _ db: Database) throws -> [SealedRecord] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT seq - 1, record, leaf_hash FROM audit_record WHERE seq > ? ORDER BY seq LIMIT ?
          """), arguments: [treeIndex, limit]
    ).map(Self.record)
  }

  /// The record of an event.
  static func record(ofEvent id: Data, _ db: Database) throws -> SealedRecord? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT seq - 1, record, leaf_hash FROM audit_record WHERE event_id = ?"),
      arguments: [id]
    ).map(Self.record)
  }

  /// The newest record of a creation.
  static func record(ofCreation id: Data, _ db: Database) throws -> SealedRecord? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT seq - 1, record, leaf_hash FROM audit_record WHERE creation_id = ?
          ORDER BY seq DESC LIMIT 1
          """), arguments: [id]
    ).map(Self.record)
  }

  private static func record(_ row: Row) throws -> SealedRecord {
    SealedRecord(
      treeIndex: try row.decode(atIndex: 0), record: try row.decode(atIndex: 1),
      leafHash: try row.decode(atIndex: 2))
  }
}
