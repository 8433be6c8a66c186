import Foundation
import Provisioning

/// The statements that read the table `creation` in PostgreSQL, and its rows.
enum PostgreSQLCreationTable {
  private static let select = CreationRow.select

  static let byKey = PostgreSQLStatement(
    name: "creation_by_key", sql: "\(select) WHERE caller_id = $1 AND request_id = $2",
    types: [.text, .text])

  static let byID = PostgreSQLStatement(
    name: "creation_by_id", sql: "\(select) WHERE creation_id = $1", types: [.bytes])

  static let nameHolder = PostgreSQLStatement(
    name: "creation_by_name",
    sql: """
      \(select) WHERE pool_id = $1 AND creation_id <> $2 AND state IN ('INTENT', 'UNKNOWN')
        AND (user_hash = $3 OR email_hash = $4 OR phone_hash = $5)
      LIMIT 1
      """, types: [.text, .bytes, .bytes, .bytes, .bytes])

  static let nameHolderOfRow = PostgreSQLStatement(
    name: "creation_by_name_of",
    sql: """
      \(select) WHERE creation_id = (
        SELECT other.creation_id FROM creation mine JOIN creation other
          ON other.pool_id = mine.pool_id AND other.creation_id <> mine.creation_id
          AND (other.user_hash = mine.user_hash OR other.email_hash = mine.email_hash
            OR other.phone_hash = mine.phone_hash)
        WHERE mine.creation_id = $1 AND other.state IN ('INTENT', 'UNKNOWN')
        LIMIT 1)
      """, types: [.bytes])

  static let abandoned = PostgreSQLStatement(
    name: "creation_abandoned",
    sql: """
      \(select) WHERE state IN ('INTENT', 'UNKNOWN', 'UNRESOLVED') AND lease_end < $1
      ORDER BY lease_end LIMIT $2
      """, types: [.integer, .integer])

  static let creators = PostgreSQLStatement(
    name: "creation_creators",
    sql: """
      \(select) WHERE state NOT IN ('INTENT', 'UNKNOWN', 'UNRESOLVED') AND update_time >= $1
        AND state IN ('SUCCEEDED', 'RECONCILED_CREATED') AND pool_id = $2 AND user_hash = $3
      """, types: [.integer, .text, .bytes])

  static func row(_ key: CreationKey) -> PostgreSQLCall {
    PostgreSQLCall(statement: byKey, values: [.text(key.callerID), .text(key.requestID)])
  }

  static func row(_ id: Identifier) -> PostgreSQLCall {
    PostgreSQLCall(statement: byID, values: [.bytes(Data(id.bytes))])
  }

  /// The other creation in flight that has a name of this one.
  static func nameHolder(of id: Identifier) -> PostgreSQLCall {
    PostgreSQLCall(statement: nameHolderOfRow, values: [.bytes(Data(id.bytes))])
  }

  /// The other creation in flight that has a name of this row.
  static func nameHolder(of row: CreationRow) -> PostgreSQLCall {
    PostgreSQLCall(
      statement: nameHolder,
      values: [
        .text(row.poolID), .bytes(row.creationID), .bytes(row.userHash),
        PostgreSQLValue(row.emailHash), PostgreSQLValue(row.phoneHash),
      ])
  }
}

extension CreationRow {
  init(_ row: PostgreSQLRow) throws {
    var reader = PostgreSQLRowReader(row)
    try self.init(from: &reader)
  }
}
