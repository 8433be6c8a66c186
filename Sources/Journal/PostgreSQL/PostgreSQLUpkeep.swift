import Foundation
import Provisioning

/// The statements of ``JournalUpkeep`` in PostgreSQL. Each appends its record where it has changed
/// something, and does neither where it has not.
enum PostgreSQLUpkeep {
  private static let recordTypes = JournalRecord.columns.postgreSQLTypes

  private static let register = """
    INSERT INTO meta (key, value) SELECT * FROM unnest($1::text[], $2::text[])
    ON CONFLICT DO NOTHING
    """

  /// The claims of a settled creation say nothing any more; 32 zero bytes are the hash of no name.
  private static let erase = """
    UPDATE creation SET sealed_intent = ''::bytea, sealed_answer = NULL,
      user_hash = decode(repeat('00', 32), 'hex'), email_hash = NULL, phone_hash = NULL
    WHERE creation_id = $1 AND state NOT IN ('INTENT', 'UNKNOWN', 'UNRESOLVED')
      AND octet_length(sealed_intent) > 0
    """

  private static let expire = """
    UPDATE audit_record
    SET \(JournalRecord.expired.map { "\($0.column) = \($0.value)" }.joined(separator: ", "))
    WHERE tree_index BETWEEN $1 AND $2 AND record IS NOT NULL
    """

  private static let registerAlone = PostgreSQLStatement(
    name: "register", sql: register, types: [.texts, .texts])
  private static let registerRecorded = recorded("register_recorded", register, [.texts, .texts])
  private static let eraseAlone = PostgreSQLStatement(
    name: "erase", sql: erase, types: [.bytes])
  private static let eraseRecorded = recorded("erase_recorded", erase, [.bytes])

  private static let expireAlone = PostgreSQLStatement(
    name: "expire", sql: expire, types: [.integer, .integer])
  private static let expireRecorded = recorded("expire_recorded", expire, [.integer, .integer])

  private static func recorded(
    _ name: String, _ sql: String, _ types: [PostgreSQLStatement.ValueType]
  ) -> PostgreSQLStatement {
    let values = PostgreSQLSchema.parameters(recordTypes.count, from: types.count + 1)
    return PostgreSQLStatement(
      name: name,
      sql: """
        WITH change AS (\(sql) RETURNING 1)
        INSERT INTO audit_record (\(JournalRecord.columns.names))
        SELECT \(values) WHERE EXISTS (SELECT FROM change)
        """, types: types + recordTypes)
  }

  static let statements = [
    registerAlone, registerRecorded, eraseAlone, eraseRecorded, expireAlone, expireRecorded,
  ]

  static func call(for upkeep: JournalUpkeep, _ record: JournalRecord?) -> PostgreSQLCall {
    let statement: PostgreSQLStatement
    var values: [PostgreSQLValue]
    switch upkeep {
    case .register(let rows):
      statement = record == nil ? registerAlone : registerRecorded
      values = [.texts(rows.map(\.name)), .texts(rows.map(\.value))]
    case .erase(let id):
      statement = record == nil ? eraseAlone : eraseRecorded
      values = [.bytes(Data(id.bytes))]
    case .expire(let places):
      statement = record == nil ? expireAlone : expireRecorded
      values = [.integer(places.lowerBound), .integer(places.upperBound)]
    }
    record?.write(to: &values)
    return PostgreSQLCall(statement: statement, values: values)
  }
}

/// What the upkeep of a journal reads in PostgreSQL.
struct PostgreSQLUpkeepReader: KeyUseReader, ExpiryReader {
  private static let allMeta = PostgreSQLStatement(
    name: "meta", sql: "SELECT key, value FROM meta", types: [])
  private static let openCreations = PostgreSQLStatement(
    name: "creations_open",
    sql: """
      SELECT count(*) FROM creation
      WHERE state IN ('INTENT', 'UNKNOWN', 'UNRESOLVED') AND seal_key <= $1
      """, types: [.integer])

  private static let oldest = PostgreSQLStatement(
    name: "records_oldest",
    sql: """
      SELECT tree_index, wall_us FROM audit_record
      WHERE tree_index
        > (SELECT coalesce(max(tree_index), -1) FROM audit_record WHERE record IS NULL)
      ORDER BY tree_index LIMIT $1
      """, types: [.integer])

  static let statements = [allMeta, openCreations, oldest]

  let reader: PostgreSQLReader

  func meta() async throws(JournalError) -> [String: String] {
    let rows = try await reader.rows(PostgreSQLCall(statement: Self.allMeta))
    do {
      return try rows.reduce(into: [:]) { meta, row in
        meta[try row.text(0).present()] = try row.text(1).present()
      }
    } catch {
      throw .unavailable("the table meta is damaged")
    }
  }

  func openCreations(sealedThrough epoch: Int) async throws(JournalError) -> Int {
    let rows = try await reader.rows(
      PostgreSQLCall(statement: Self.openCreations, values: [.integer(Int64(epoch))]))
    guard let count = try? rows.first?.integer(0) else {
      throw .unavailable("the creations cannot be counted")
    }
    return Int(count)
  }

  func oldestRecords(
    limit: Int
  ) async throws(JournalError) -> [(treeIndex: Int64, time: Int64)] {
    let rows = try await reader.rows(
      PostgreSQLCall(statement: Self.oldest, values: [.integer(Int64(limit))]))
    do {
      return try rows.map { row in
        (try row.integer(0).present(), try row.integer(1).present())
      }
    } catch {
      throw .unavailable("the audit records cannot be read")
    }
  }
}
