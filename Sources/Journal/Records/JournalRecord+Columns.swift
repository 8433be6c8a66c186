import Foundation
import Provisioning

/// The columns of the table `audit_record`, but for its number. `record` holds the whole event; the
/// others repeat what queries need.
extension JournalRecord {
  static let columns: [Column] = [
    .bytes("event_id"), .text("kind"), .integer("wall_us"), .integer("dur_us"),
    .bytes("creation_id"), .text("request_id"), .text("organization"), .text("pool_id"),
    .text("region"), .text("caller_id"), .text("caller_auth"), .text("on_behalf_of"),
    .text("peer"), .text("policy_digest"), .text("user_hash"), .integer("user_key"),
    .text("sub"), .text("invitation"), .text("upstream_request_id"),
    .text("upstream_error_type"), .integer("http_status"), .text("reason"), .bytes("record"),
    .bytes("leaf_hash"),
  ]

  func write(to writer: inout some ColumnWriter) {
    writer.add(Data(event.id.bytes))
    writer.add(event.kind.rawValue)
    writer.add(event.wallMicroseconds)
    writer.add(event.durationMicroseconds)
    writer.add(event.creationID.map { Data($0.bytes) })
    writer.add(event.requestID)
    writer.add(event.organization)
    writer.add(event.pool?.id)
    writer.add(event.pool?.region)
    writer.add(event.origin.callerID)
    writer.add(event.origin.authentication.rawValue)
    writer.add(event.origin.onBehalfOf)
    writer.add(event.origin.peer)
    writer.add(event.policyDigest)
    writer.add(event.userHash)
    writer.add(event.userHash.map { _ in Int64(JournalKeys.currentEpoch) })
    writer.add(event.sub)
    writer.add(event.invitation?.state.rawValue)
    writer.add(event.trace?.requestID)
    writer.add(event.trace?.errorType)
    writer.add(event.trace?.httpStatus.map(Int64.init))
    writer.add(event.reason)
    writer.add(bytes)
    writer.add(leafHash)
  }
}
