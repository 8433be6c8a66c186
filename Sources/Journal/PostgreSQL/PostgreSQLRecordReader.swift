import Foundation
import Provisioning

/// Audit records as they stand in PostgreSQL, newest first by `seq`. A record that another replica
/// commits while pages are read may have a lower number than one that was listed already.
struct PostgreSQLRecordReader: RecordReader {
  static let statements = [byEvent, all, byCreation, byRequest, byOrganization]

  private static let select = "SELECT seq, record, leaf_hash FROM audit_record"
  private static let order = "ORDER BY seq DESC LIMIT $2"

  private static let byEvent = PostgreSQLStatement(
    name: "record_by_event", sql: "\(select) WHERE event_id = $1", types: [.bytes])
  private static let all = PostgreSQLStatement(
    name: "records", sql: "\(select) WHERE seq < $1 \(order)", types: [.integer, .integer])
  private static let byCreation = PostgreSQLStatement(
    name: "records_by_creation",
    sql: """
      \(select) WHERE seq < $1 AND creation_id = $3 AND ($4::text IS NULL OR request_id = $4)
        AND ($5::text[] IS NULL OR organization = ANY($5)) \(order)
      """, types: [.integer, .integer, .bytes, .text, .texts])
  private static let byRequest = PostgreSQLStatement(
    name: "records_by_request",
    sql: """
      \(select) WHERE seq < $1 AND request_id = $3
        AND ($4::text[] IS NULL OR organization = ANY($4)) \(order)
      """, types: [.integer, .integer, .text, .texts])
  /// The newest of each organization, which the index alone gives, and of those the newest.
  private static let byOrganization = PostgreSQLStatement(
    name: "records_by_organization",
    sql: """
      \(select) WHERE seq IN (
        SELECT newest.seq FROM unnest($3) AS wanted (name), LATERAL (
          SELECT seq FROM audit_record WHERE organization = wanted.name AND seq < $1
          ORDER BY seq DESC LIMIT $2) newest
        ORDER BY newest.seq DESC LIMIT $2)
      ORDER BY seq DESC
      """, types: [.integer, .integer, .texts])

  let reader: PostgreSQLReader

  func records(
    _ query: AuditQuery, before sequence: Int64, limit: Int
  ) async throws(JournalError) -> [StoredRecord] {
    let place: [PostgreSQLValue] = [.integer(sequence), .integer(Int64(limit))]
    let organizations = query.organizations.map { PostgreSQLValue.texts($0.sorted()) }
    let requestID = query.requestID.map {
      PostgreSQLValue.text(AuditEvent.canonical(requestID: $0))
    }
    if let creationID = query.creationID {
      return try await records(
        Self.byCreation,
        place + [.bytes(Data(creationID.bytes)), requestID ?? .null, organizations ?? .null])
    }
    if let requestID {
      return try await records(Self.byRequest, place + [requestID, organizations ?? .null])
    }
    if let organizations {
      return try await records(Self.byOrganization, place + [organizations])
    }
    return try await records(Self.all, place)
  }

  func record(_ id: Identifier) async throws(JournalError) -> StoredRecord? {
    try await records(Self.byEvent, [.bytes(Data(id.bytes))]).first
  }

  private func records(
    _ statement: PostgreSQLStatement, _ values: [PostgreSQLValue]
  ) async throws(JournalError) -> [StoredRecord] {
    do {
      return try await reader.rows(PostgreSQLCall(statement: statement, values: values)).map {
        row throws(ColumnMismatch) in
        StoredRecord(
          sequence: try row.integer(0).present(), record: try row.data(1).present(),
          leafHash: try row.data(2).present())
      }
    } catch let error as JournalError {
      throw error
    } catch {
      throw .unavailable("an audit record is damaged")
    }
  }
}
