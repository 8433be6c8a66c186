import Foundation

/// The tree of a journal in PostgreSQL: the tables `tree_head` and `tree_node`, and the hashes of the
/// records.
enum PostgreSQLTree {
  /// All that this reads and writes.
  static let statements = [
    readHead, insertHead, updateHead, readLeaves, readNodes, insertNodes, unsealed, seal,
  ]

  static let readHead = PostgreSQLStatement(
    name: "tree_head", sql: "SELECT \(TreeHead.columns.names) FROM tree_head", types: [])
  private static let insertHead = PostgreSQLStatement(
    name: "tree_insert_head",
    sql: """
      INSERT INTO tree_head (\(TreeHead.columns.names))
      VALUES (\(PostgreSQLSchema.parameters(TreeHead.columns.count)))
      """, types: TreeHead.columns.postgreSQLTypes)
  /// If the tree has still the size that the new head rests on.
  private static let updateHead = PostgreSQLStatement(
    name: "tree_update_head",
    sql: """
      UPDATE tree_head SET
        \(zip(TreeHead.columns, 1...).map { "\($0.name) = $\($1)" }.joined(separator: ", "))
      WHERE tree_size = $\(TreeHead.columns.count + 1)
      """, types: TreeHead.columns.postgreSQLTypes + [.integer])
  private static let readLeaves = PostgreSQLStatement(
    name: "tree_leaves",
    sql: """
      SELECT tree_index, leaf_hash FROM audit_record WHERE tree_index >= $1 AND tree_index < $2
      ORDER BY tree_index
      """, types: [.integer, .integer])
  private static let readNodes = PostgreSQLStatement(
    name: "tree_nodes",
    sql: """
      SELECT position, hash FROM tree_node WHERE position >= $1 AND position < $2 AND level = $3
      ORDER BY position
      """, types: [.integer, .integer, .integer])
  private static let insertNodes = PostgreSQLStatement(
    name: "tree_insert_nodes",
    sql: "INSERT INTO tree_node (level, position, hash) SELECT * FROM unnest($1, $2, $3)",
    types: [.integers, .integers, .byteStrings])
  private static let unsealed = PostgreSQLStatement(
    name: "tree_unsealed",
    sql: """
      SELECT seq, wall_us, leaf_hash FROM audit_record WHERE tree_index IS NULL
      ORDER BY seq LIMIT $1
      """, types: [.integer])
  private static let seal = PostgreSQLStatement(
    name: "tree_seal",
    sql: """
      UPDATE audit_record SET tree_index = sealed.tree_index, hlc_us = sealed.hlc_us
      FROM unnest($1, $2, $3) AS sealed (seq, tree_index, hlc_us)
      WHERE audit_record.seq = sealed.seq AND audit_record.tree_index IS NULL
      """, types: [.integers, .integers, .integers])

  // MARK: Reading

  static func head(_ connection: PostgreSQLConnection) throws -> TreeHead {
    try head(try connection.rows(PostgreSQLCall(statement: readHead)))
  }

  static func head(_ rows: [PostgreSQLRow]) throws -> TreeHead {
    var reader = PostgreSQLRowReader(try rows.first.present())
    return try TreeHead(from: &reader)
  }

  static func tiles(
    _ tiles: Set<TreeTile>, inTreeOf size: Int64, _ connection: PostgreSQLConnection
  ) throws -> TreeTiles {
    var hashes: [TreeTile: [TreeHash]] = [:]
    for tile in tiles {
      let range = tile.hashes(inTreeOf: size)
      hashes[tile] = try Self.hashes(
        connection.rows(call(level: tile.level, in: range)), in: range)
    }
    return TreeTiles(hashes)
  }

  /// Reads the hashes of one level.
  static func call(level: Int, in range: Range<Int64>) -> PostgreSQLCall {
    let place: [PostgreSQLValue] = [.integer(range.lowerBound), .integer(range.upperBound)]
    return level == 0
      ? PostgreSQLCall(statement: readLeaves, values: place)
      : PostgreSQLCall(statement: readNodes, values: place + [.integer(Int64(level))])
  }

  /// - Returns: fewer where some are missing at the end.
  static func hashes(_ rows: [PostgreSQLRow], in range: Range<Int64>) throws -> [TreeHash] {
    var hashes: [TreeHash] = []
    for row in rows {
      guard try row.integer(0) == range.lowerBound + Int64(hashes.count) else { break }
      hashes.append(try TreeHash(row.data(1).present()).present())
    }
    return hashes
  }

  // MARK: Writing

  static func insert(_ head: TreeHead) -> PostgreSQLCall {
    var values: [PostgreSQLValue] = []
    head.write(to: &values)
    return PostgreSQLCall(statement: insertHead, values: values)
  }

  static func insert(_ nodes: [TreeNode]) -> PostgreSQLCall {
    PostgreSQLCall(
      statement: insertNodes,
      values: [
        .integers(nodes.map { Int64($0.level) }), .integers(nodes.map(\.position)),
        .byteStrings(nodes.map(\.hash.bytes)),
      ])
  }

  static func update(_ head: TreeHead, from size: Int64) -> PostgreSQLCall {
    var values: [PostgreSQLValue] = []
    head.write(to: &values)
    return PostgreSQLCall(statement: updateHead, values: values + [.integer(size)])
  }

  static func unsealed(limit: Int) -> PostgreSQLCall {
    PostgreSQLCall(statement: unsealed, values: [.integer(Int64(limit))])
  }

  /// Gives records their places, one behind the other.
  ///
  /// - Parameter records: `seq` and `hlc_us` of each.
  static func seal(_ records: [(sequence: Int64, time: Int64)], from index: Int64) -> PostgreSQLCall
  {
    PostgreSQLCall(
      statement: seal,
      values: [
        .integers(records.map(\.sequence)),
        .integers(records.indices.map { index + Int64($0) }), .integers(records.map(\.time)),
      ])
  }
}
