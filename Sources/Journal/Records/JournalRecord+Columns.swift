import Provisioning

/// The columns of the table `audit_record`, but for its number. `record` holds the whole event; the
/// others repeat what queries look it up by.
extension JournalRecord {
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
