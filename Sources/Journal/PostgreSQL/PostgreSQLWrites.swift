import Foundation
import Provisioning

/// The statements that write, one for each kind of entry. A statement changes one row of `creation`
/// and appends its record, or does neither: what it counts says which.
enum PostgreSQLWrites {
  private static let recordTypes = JournalRecord.columns.postgreSQLTypes
  private static let rowTypes = CreationRow.columns.postgreSQLTypes
  private static let updateTypes =
    (CreationRow.Standing.columns + CreationStamp.columns).postgreSQLTypes

  private static let updateSQL: String = {
    func assignments(_ columns: [Column], from first: Int, _ separator: String) -> String {
      zip(columns, first...).map { "\($0.name) = $\($1)" }.joined(separator: separator)
    }
    let standing = CreationRow.Standing.columns
    return """
      UPDATE creation SET \(assignments(standing, from: 1, ", "))
      WHERE \(assignments(CreationStamp.columns, from: standing.count + 1, " AND "))
      """
  }()

  /// A change that takes names which the row did not hold: not while another has one of them. A
  /// claim of the same moment is left to the unique indexes.
  private static let claimSQL = """
    \(updateSQL) AND NOT EXISTS (
      SELECT 1 FROM creation other
      WHERE other.pool_id = creation.pool_id AND other.creation_id <> creation.creation_id
        AND other.state IN ('INTENT', 'UNKNOWN')
        AND (other.user_hash = creation.user_hash OR other.email_hash = creation.email_hash
          OR other.phone_hash = creation.phone_hash))
    """

  private static let insertSQL = """
    INSERT INTO creation (\(CreationRow.columns.names))
    VALUES (\(PostgreSQLSchema.parameters(CreationRow.columns.count))) ON CONFLICT DO NOTHING
    """

  private static let append =
    "INSERT INTO audit_record (\(JournalRecord.columns.names))"

  /// The change, and its record if the change is made.
  private static func recorded(
    _ name: String, _ sql: String, _ types: [PostgreSQLStatement.ValueType]
  ) -> PostgreSQLStatement {
    let values = PostgreSQLSchema.parameters(recordTypes.count, from: types.count + 1)
    return PostgreSQLStatement(
      name: name,
      sql: "WITH change AS (\(sql) RETURNING 1) \(append) SELECT \(values) FROM change",
      types: types + recordTypes)
  }

  private static let appendRecord = PostgreSQLStatement(
    name: "append_record",
    sql: "\(append) VALUES (\(PostgreSQLSchema.parameters(recordTypes.count)))",
    types: recordTypes)
  private static let insert = PostgreSQLStatement(
    name: "insert", sql: insertSQL, types: rowTypes)
  private static let insertRecorded = recorded(
    "insert_recorded", insertSQL, rowTypes)
  private static let update = PostgreSQLStatement(
    name: "update", sql: updateSQL, types: updateTypes)
  private static let updateRecorded = recorded("update_recorded", updateSQL, updateTypes)
  private static let claim = PostgreSQLStatement(name: "claim", sql: claimSQL, types: updateTypes)
  private static let claimRecorded = recorded("claim_recorded", claimSQL, updateTypes)
  private static let purge = PostgreSQLStatement(
    name: "purge",
    sql: """
      DELETE FROM creation WHERE creation_id IN (
        SELECT creation_id FROM creation
        WHERE state NOT IN ('INTENT', 'UNKNOWN', 'UNRESOLVED') AND update_time < $1
        ORDER BY update_time LIMIT $2 FOR UPDATE SKIP LOCKED)
      """, types: [.integer, .integer])
  /// Changes nothing of the journal: finds out whether the server takes anything.
  private static let writeProbe = PostgreSQLStatement(
    name: "write_probe", sql: "UPDATE write_probe SET probed_at = now()", types: [])

  static let statements =
    [
      appendRecord, insert, insertRecorded, update, updateRecorded, claim, claimRecorded, purge,
      writeProbe,
    ] + PostgreSQLUpkeep.statements

  static let probe = PostgreSQLCall(statement: writeProbe)

  static func call(for entry: JournalEntry) -> PostgreSQLCall {
    if let upkeep = entry.upkeep { return PostgreSQLUpkeep.call(for: upkeep, entry.record) }
    var values: [PostgreSQLValue] = []
    let isRecorded = entry.record != nil
    let statement: PostgreSQLStatement
    switch entry.change {
    case .insert(let row):
      statement = isRecorded ? insertRecorded : insert
      row.write(to: &values)
    case .update(let stamp, let standing):
      if standing.claimsNames(from: stamp) {
        statement = isRecorded ? claimRecorded : claim
      } else {
        statement = isRecorded ? updateRecorded : update
      }
      standing.write(to: &values)
      stamp.write(to: &values)
    case .purge(let time, let limit):
      statement = purge
      values = [.integer(time), .integer(Int64(limit))]
    case nil:
      statement = appendRecord
    }
    entry.record?.write(to: &values)
    return PostgreSQLCall(statement: statement, values: values)
  }
}

extension CreationRow.Standing {
  /// Whether the change takes the names that its state before did not hold.
  fileprivate func claimsNames(from stamp: CreationStamp) -> Bool {
    !stamp.state.holdsNames && CreationState(rawValue: state)?.holdsNames == true
  }
}
