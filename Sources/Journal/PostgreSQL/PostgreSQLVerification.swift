import Foundation

/// A journal in PostgreSQL as its verification reads it: all of it as it stood when that began,
/// beside the services that write it.
struct PostgreSQLVerification: VerificationSource {
  /// A transaction that is rolled back leaves a gap.
  let isDense = false

  private static let records = PostgreSQLStatement(
    name: "verify_records",
    sql: """
      SELECT seq, record, leaf_hash, event_id, kind, wall_us, creation_id, request_id,
        organization, caller_id
      FROM audit_record WHERE seq > $1 ORDER BY seq LIMIT $2
      """, types: [.integer, .integer])
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
      statements: [Self.records, Self.identifiers, Self.recordsOfCreations, Self.rows])
    // Given back with the connection.
    try connection.run(
      script: "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
      within: PostgreSQLLimits.answer)
  }

  func records(after sequence: Int64, limit: Int) throws -> [(StoredRecord, RecordColumns)] {
    let values: [PostgreSQLValue] = [.integer(sequence), .integer(Int64(limit))]
    return try connection.rows(PostgreSQLCall(statement: Self.records, values: values)).map {
      row in
      (
        StoredRecord(
          sequence: try row.integer(0).present(), record: try row.data(1).present(),
          leafHash: try row.data(2).present()),
        RecordColumns(
          eventID: try row.data(3).present(), kind: try row.text(4).present(),
          wallMicroseconds: try row.integer(5).present(), creationID: try row.data(6),
          requestID: try row.text(7).present(), organization: try row.text(8).present(),
          callerID: try row.text(9).present())
      )
    }
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
  package static func run(address: PostgreSQLAddress) throws -> Report {
    do {
      return try run(try PostgreSQLVerification(address: address))
    } catch let error as PostgreSQLError {
      throw JournalOpenError(error, of: address)
    } catch is ColumnMismatch {
      throw JournalOpenError.server(
        address: address.description, problem: "its tables are not as expected")
    }
  }
}
