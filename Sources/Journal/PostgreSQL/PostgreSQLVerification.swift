import Foundation

/// A journal in PostgreSQL as its verification reads it: all of it as it stood when that began,
/// beside the services that write it.
struct PostgreSQLVerification: VerificationSource {
  private static let select = "SELECT \(ExaminedRecord.columns.names) FROM audit_record"
  private static let originOfCheckpoints = PostgreSQLStatement(
    name: "verify_origin", sql: "SELECT value FROM meta WHERE key = $1", types: [.text])
  private static let sealed = PostgreSQLStatement(
    name: "verify_records", sql: "\(select) WHERE tree_index >= $1 ORDER BY tree_index LIMIT $2",
    types: [.integer, .integer])
  private static let unsealed = PostgreSQLStatement(
    name: "verify_unsealed",
    sql: "\(select) WHERE tree_index IS NULL AND seq > $1 ORDER BY seq LIMIT $2",
    types: [.integer, .integer])
  private static let identifiers = PostgreSQLStatement(
    name: "verify_identifiers",
    sql: """
      (SELECT creation_id FROM creation WHERE creation_id > $1 ORDER BY creation_id LIMIT $2)
      UNION
      (SELECT DISTINCT creation_id FROM audit_record WHERE creation_id > $1
        ORDER BY creation_id LIMIT $2)
      ORDER BY creation_id LIMIT $2
      """, types: [.bytes, .integer])
  private static let recordsOfCreations = PostgreSQLStatement(
    name: "verify_creation_records",
    sql: """
      SELECT creation_id, seq, record, leaf_hash FROM audit_record WHERE creation_id = ANY($1)
      ORDER BY seq
      """, types: [.byteStrings])
  private static let rows = PostgreSQLStatement(
    name: "verify_creations",
    sql: "SELECT creation_id, state, attempt, fence FROM creation WHERE creation_id = ANY($1)",
    types: [.byteStrings])

  private let connection: PostgreSQLConnection

  init(address: PostgreSQLAddress) throws(PostgreSQLError) {
    connection = try PostgreSQLConnection.session(
      address,
      statements: PostgreSQLTree.statements + [
        Self.originOfCheckpoints, Self.sealed, Self.unsealed, Self.identifiers,
        Self.recordsOfCreations, Self.rows,
      ])
    // Given back with the connection.
    try connection.run(
      script: "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
      within: PostgreSQLLimits.answer)
  }

  func origin() throws -> String {
    let key = PostgreSQLValue.text(PostgreSQLSchema.MetaKey.origin)
    return try connection.rows(
      PostgreSQLCall(statement: Self.originOfCheckpoints, values: [key])
    ).first.present().text(0).present()
  }

  func head() throws -> TreeHead { try PostgreSQLTree.head(connection) }

  func records(from treeIndex: Int64, limit: Int) throws -> (records: [ExaminedRecord], TreeHead) {
    (try records(Self.sealed, from: treeIndex, limit), try head())
  }

  func unsealedRecords(after sequence: Int64, limit: Int) throws -> [ExaminedRecord] {
    try records(Self.unsealed, from: sequence, limit)
  }

  private func records(
    _ statement: PostgreSQLStatement, from place: Int64, _ limit: Int
  ) throws -> [ExaminedRecord] {
    let values: [PostgreSQLValue] = [.integer(place), .integer(Int64(limit))]
    return try connection.rows(PostgreSQLCall(statement: statement, values: values)).map { row in
      var reader = PostgreSQLRowReader(row)
      return try ExaminedRecord(from: &reader)
    }
  }

  func node(level: Int, position: Int64) throws -> TreeHash? {
    let range = position..<position + 1
    let rows = try connection.rows(PostgreSQLTree.call(level: level, in: range))
    return try PostgreSQLTree.hashes(rows, in: range).first
  }

  func creations(after id: Data, limit: Int) throws -> [CreationEvidence] {
    let place: [PostgreSQLValue] = [.bytes(id), .integer(Int64(limit))]
    let identifiers = try connection.rows(
      PostgreSQLCall(statement: Self.identifiers, values: place)
    ).map { try $0.data(0).present() }
    let wanted: [PostgreSQLValue] = [.byteStrings(identifiers)]
    var records: [Data: [StoredRecord]] = [:]
    for row in try connection.rows(
      PostgreSQLCall(statement: Self.recordsOfCreations, values: wanted))
    {
      records[try row.data(0).present(), default: []].append(
        StoredRecord(
          sequence: try row.integer(1).present(), record: try row.data(2).present(),
          leafHash: try row.data(3).present()))
    }
    var rows: [Data: CreationHistory.Row] = [:]
    for row in try connection.rows(PostgreSQLCall(statement: Self.rows, values: wanted)) {
      rows[try row.data(0).present()] = CreationHistory.Row(
        state: try row.text(1).present(), attempt: try row.integer(2).present(),
        fence: try row.integer(3).present())
    }
    return identifiers.map {
      CreationEvidence(creationID: $0, records: records[$0] ?? [], row: rows[$0])
    }
  }
}

extension JournalVerification {
  /// Verifies a journal in PostgreSQL. Blocks.
  ///
  /// - Throws: a ``Finding``, or a ``JournalOpenError`` where it cannot be read.
  package func run(address: PostgreSQLAddress) throws -> Report {
    try PostgreSQLVerification.reading(address) { try run($0) }
  }
}

extension PostgreSQLVerification {
  /// Opens a journal for a look at it. Blocks.
  static func reading<Value>(
    _ address: PostgreSQLAddress, _ body: (PostgreSQLVerification) throws -> Value
  ) throws -> Value {
    do {
      return try body(try PostgreSQLVerification(address: address))
    } catch let error as PostgreSQLError {
      throw JournalOpenError(error, of: address)
    } catch is ColumnMismatch {
      throw JournalOpenError.server(
        address: address.description, problem: "its tables are not as expected")
    }
  }
}

extension SignedCheckpoint {
  /// The newest one of a journal in PostgreSQL. Blocks.
  package static func newest(address: PostgreSQLAddress) throws -> SignedCheckpoint {
    try PostgreSQLVerification.reading(address) { source in
      try SignedCheckpoint(try source.head().note).present()
    }
  }
}
