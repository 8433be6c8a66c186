import Foundation
import Provisioning

/// The columns of the table `creation`, and what a row has in them.
extension CreationRow {
  static let columns: [Column] =
    [
      .text("caller_id"), .text("request_id"), .bytes("creation_id"), .bytes("fingerprint"),
      .text("organization"), .text("pool_id"), .bytes("user_hash"), .bytes("email_hash"),
      .bytes("phone_hash"), .integer("create_time"), .integer("seal_key"), .bytes("sealed_intent"),
    ] + Standing.columns

  static let select = "SELECT \(columns.names) FROM creation"

  func write(to writer: inout some ColumnWriter) {
    writer.add(callerID)
    writer.add(requestID)
    writer.add(creationID)
    writer.add(fingerprint)
    writer.add(organization)
    writer.add(poolID)
    writer.add(userHash)
    writer.add(emailHash)
    writer.add(phoneHash)
    writer.add(createTime)
    writer.add(sealKey)
    writer.add(sealedIntent)
    standing.write(to: &writer)
  }

  init(from reader: inout some ColumnReader) throws {
    callerID = try reader.text().present()
    requestID = try reader.text().present()
    creationID = try reader.bytes().present()
    fingerprint = try reader.bytes().present()
    organization = try reader.text().present()
    poolID = try reader.text().present()
    userHash = try reader.bytes().present()
    emailHash = try reader.bytes()
    phoneHash = try reader.bytes()
    createTime = try reader.integer().present()
    sealKey = try reader.integer().present()
    sealedIntent = try reader.bytes().present()
    standing = try Standing(from: &reader)
  }
}

extension CreationRow.Standing {
  static let columns: [Column] = [
    .text("state"), .integer("attempt"), .integer("fence"), .integer("lease_end"),
    .integer("update_time"), .integer("attempt_time"), .integer("evidence_start"),
    .integer("send_end"), .text("evidence"), .text("operator_verdict"), .bytes("sealed_answer"),
  ]

  func write(to writer: inout some ColumnWriter) {
    writer.add(state)
    writer.add(attempt)
    writer.add(fence)
    writer.add(leaseEnd)
    writer.add(updateTime)
    writer.add(attemptTime)
    writer.add(evidenceStart)
    writer.add(sendEnd)
    writer.add(evidence)
    writer.add(operatorVerdict)
    writer.add(sealedAnswer)
  }

  init(from reader: inout some ColumnReader) throws {
    state = try reader.text().present()
    attempt = try reader.integer().present()
    fence = try reader.integer().present()
    leaseEnd = try reader.integer().present()
    updateTime = try reader.integer().present()
    attemptTime = try reader.integer().present()
    evidenceStart = try reader.integer().present()
    sendEnd = try reader.integer()
    evidence = try reader.text()
    operatorVerdict = try reader.text()
    sealedAnswer = try reader.bytes()
  }
}

/// What a change of a row is looked up by.
extension CreationStamp {
  static let columns: [Column] = [
    .bytes("creation_id"), .text("state"), .integer("attempt"), .integer("fence"),
  ]

  func write(to writer: inout some ColumnWriter) {
    writer.add(creationID)
    writer.add(state.rawValue)
    writer.add(Int64(attempt))
    writer.add(Int64(fence))
  }
}
