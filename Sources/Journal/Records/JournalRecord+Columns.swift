import Provisioning

/// The columns of the table `audit_record`, but for its number. `record` holds the whole event; the
/// others repeat what queries look it up by.
extension JournalRecord {
  /// What is left of a column when the record's time is over, as SQL says it. The others stay: they
  /// tell nothing of anybody.
  static let expired: [(column: String, value: String)] = [
    ("creation_id", "NULL"), ("request_id", "''"), ("organization", "''"), ("caller_id", "''"),
    ("user_hash", "NULL"), ("user_key", "NULL"), ("record", "NULL"),
  ]

  static let columns: [Column] = [
    .bytes("event_id"), .text("kind"), .integer("wall_us"), .bytes("creation_id"),
    .text("request_id"), .text("organization"), .text("caller_id"), .text("user_hash"),
    .integer("user_key"), .bytes("record"), .bytes("leaf_hash"),
  ]

  func write(to writer: inout some ColumnWriter) {
    writer.add(event.id)
    writer.add(event.kind.rawValue)
    writer.add(event.wallMicroseconds)
    writer.add(event.creationID)
    writer.add(event.requestID)
    writer.add(event.organization)
    writer.add(event.origin.callerID)
    writer.add(event.names?.user)
    writer.add(event.names.map { Int64($0.epoch) })
    writer.add(bytes)
    writer.add(leafHash)
  }
}
