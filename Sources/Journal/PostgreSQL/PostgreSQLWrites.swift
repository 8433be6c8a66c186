import Foundation
import Provisioning

/// The statements that write, one for each kind of entry. A statement changes one row of `creation`
/// and appends its record, or does neither: what it counts says which.
enum PostgreSQLWrites {
  static let recordTypes: [PostgreSQLStatement.ValueType] = [
    .bytes, .text, .integer, .integer, .bytes, .text, .text, .text, .text, .text, .text, .text,
    .text, .text, .text, .integer, .text, .text, .text, .text, .integer, .text, .bytes, .bytes,
  ]

  /// See ``CreationRowUpdate``.
  private static let changed = [
    "state", "attempt", "fence", "lease_end", "update_time", "attempt_time", "evidence_start",
    "send_end", "evidence", "operator_verdict", "sealed_answer",
  ]

  private static let updateSQL = """
    UPDATE creation SET \(zip(changed, 1...).map { "\($0) = $\($1)" }.joined(separator: ", "))
    WHERE creation_id = $12 AND state = $13 AND attempt = $14 AND fence = $15
    """

  private static let updateTypes: [PostgreSQLStatement.ValueType] = [
    .text, .integer, .integer, .integer, .integer, .integer, .integer, .integer, .text, .text,
    .bytes, .bytes, .text, .integer, .integer,
  ]

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
    INSERT INTO creation (\(CreationTable.columns.joined(separator: ", ")))
    VALUES (\(PostgreSQLSchema.parameters(CreationTable.columns.count))) ON CONFLICT DO NOTHING
    """

  private static let append =
    "INSERT INTO audit_record (\(JournalSchema.columns.joined(separator: ", ")))"

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
    name: "insert", sql: insertSQL, types: CreationRow.postgreSQLTypes)
  private static let insertRecorded = recorded(
    "insert_recorded", insertSQL, CreationRow.postgreSQLTypes)
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

  static let statements = [
    appendRecord, insert, insertRecorded, update, updateRecorded, claim, claimRecorded, purge,
    writeProbe,
  ]

  static let probe = PostgreSQLCall(statement: writeProbe)

  static func call(for entry: JournalEntry) -> PostgreSQLCall {
    let record = entry.record.map(values) ?? []
    switch entry.change {
    case .insert(let row):
      return PostgreSQLCall(
        statement: record.isEmpty ? insert : insertRecorded,
        values: row.postgreSQLValues + record)
    case .update(let stamp, let update) where update.claimsNames(from: stamp):
      return PostgreSQLCall(
        statement: record.isEmpty ? claim : claimRecorded, values: values(stamp, update) + record)
    case .update(let stamp, let update):
      return PostgreSQLCall(
        statement: record.isEmpty ? self.update : updateRecorded,
        values: values(stamp, update) + record)
    case .purge(let time, let limit):
      return PostgreSQLCall(
        statement: purge, values: [.integer(time), .integer(Int64(limit))])
    case nil:
      return PostgreSQLCall(statement: appendRecord, values: record)
    }
  }

  private static func values(
    _ stamp: CreationStamp, _ update: CreationRowUpdate
  ) -> [PostgreSQLValue] {
    [
      .text(update.state), .integer(update.attempt), .integer(update.fence),
      .integer(update.leaseEnd), .integer(update.updateTime), .integer(update.attemptTime),
      .integer(update.evidenceStart), PostgreSQLValue(update.sendEnd),
      PostgreSQLValue(update.evidence), PostgreSQLValue(update.operatorVerdict),
      PostgreSQLValue(update.sealedAnswer), .bytes(Data(stamp.creationID.bytes)),
      .text(stamp.state.rawValue), .integer(Int64(stamp.attempt)), .integer(Int64(stamp.fence)),
    ]
  }

  /// In the order of ``JournalSchema/columns``.
  private static func values(_ record: JournalRecord) -> [PostgreSQLValue] {
    let event = record.event
    return [
      .bytes(Data(event.id.bytes)), .text(event.kind.rawValue), .integer(event.wallMicroseconds),
      PostgreSQLValue(event.durationMicroseconds),
      PostgreSQLValue(event.creationID.map { Data($0.bytes) }), .text(event.requestID),
      .text(event.organization), PostgreSQLValue(event.pool?.id),
      PostgreSQLValue(event.pool?.region), .text(event.origin.callerID),
      .text(event.origin.authentication.rawValue), PostgreSQLValue(event.origin.onBehalfOf),
      .text(event.origin.peer), .text(event.policyDigest), PostgreSQLValue(event.userHash),
      PostgreSQLValue(event.userHash.map { _ in Int64(JournalKeys.currentEpoch) }),
      PostgreSQLValue(event.sub), PostgreSQLValue(event.invitation?.state.rawValue),
      PostgreSQLValue(event.trace?.requestID), PostgreSQLValue(event.trace?.errorType),
      PostgreSQLValue(event.trace?.httpStatus.map(Int64.init)), PostgreSQLValue(event.reason),
      .bytes(record.bytes), .bytes(record.leafHash),
    ]
  }
}

extension CreationRowUpdate {
  /// Whether the change takes the names that its state before did not hold.
  fileprivate func claimsNames(from stamp: CreationStamp) -> Bool {
    !stamp.state.holdsNames && CreationState(rawValue: state)?.holdsNames == true
  }
}
