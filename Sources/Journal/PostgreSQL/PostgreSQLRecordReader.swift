import Foundation
import Provisioning

/// Audit records as they stand in PostgreSQL. A record that another replica commits while pages are
/// read may belong to a page that was given already.
struct PostgreSQLRecordReader: RecordReader {
  static let statements = [byEvent, bySequence] + scans.values

  private static let select = "SELECT seq, record, leaf_hash FROM audit_record"

  private static let byEvent = PostgreSQLStatement(
    name: "record_by_event", sql: "\(select) WHERE event_id = $1 AND record IS NOT NULL",
    types: [.bytes])
  private static let bySequence = PostgreSQLStatement(
    name: "records", sql: "\(select) WHERE seq = ANY($1) AND record IS NOT NULL",
    types: [.integers])

  private static let dialect = AuditIndex.Dialect(
    parameter: { "$\($0.rawValue)" }, isOneOf: { "\($0) = ANY($\($1.rawValue))" },
    table: { _ in "audit_record" })

  private static let scans = Dictionary(
    uniqueKeysWithValues: AuditIndex.allCases.map { index in
      (
        index,
        PostgreSQLStatement(
          name: "scan_\(index.rawValue)", sql: index.statement(dialect),
          types: AuditIndex.Parameter.allCases.map { type(of: $0, index) })
      )
    })

  private static func type(
    of parameter: AuditIndex.Parameter, _ index: AuditIndex
  ) -> PostgreSQLStatement.ValueType {
    switch parameter {
    case .beforeTime, .beforeSequence, .startTime, .limit, .reach: .integer
    case .caller, .kind, .request: .text
    case .organizations, .userHashes: .texts
    case .path: index == .creation ? .bytes : .text
    }
  }

  let reader: PostgreSQLReader

  func places(_ scans: [AuditScan]) async throws(JournalError) -> [AuditScan.Places] {
    let calls = try scans.map { scan throws(JournalError) in try Self.call(scan) }
    return try await reader.rows(calls).map { rows throws(JournalError) in
      try Self.places(rows)
    }
  }

  private static func call(_ scan: AuditScan) throws(JournalError) -> PostgreSQLCall {
    guard let statement = scans[AuditIndex(scan.path)] else {
      throw .unavailable("the audit trail cannot be read that way")
    }
    return PostgreSQLCall(
      statement: statement, values: AuditIndex.Parameter.allCases.map { value(of: $0, scan) })
  }

  private static func value(
    of parameter: AuditIndex.Parameter, _ scan: AuditScan
  ) -> PostgreSQLValue {
    switch parameter {
    case .beforeTime: .integer(scan.before.time)
    case .beforeSequence: .integer(scan.before.sequence)
    case .startTime: .integer(scan.startTime)
    case .limit: .integer(Int64(scan.limit))
    case .reach: .integer(Int64(scan.reach))
    case .caller: PostgreSQLValue(scan.conditions.callerID)
    case .kind: PostgreSQLValue(scan.conditions.kind?.rawValue)
    case .request: PostgreSQLValue(scan.conditions.requestID)
    case .organizations: scan.conditions.organizations.map { .texts($0) } ?? .null
    case .userHashes: scan.conditions.userHashes.map { .texts($0) } ?? .null
    case .path: value(of: scan.path)
    }
  }

  private static func value(of path: AuditScan.Path) -> PostgreSQLValue {
    switch path {
    case .all: .null
    case .creation(let id): .bytes(Data(id.bytes))
    case .kind(let kind): .text(kind.rawValue)
    case .request(let text), .user(let text), .caller(let text), .organization(let text):
      .text(text)
    }
  }

  private static func places(_ rows: [PostgreSQLRow]) throws(JournalError) -> AuditScan.Places {
    var places = AuditScan.Places()
    do throws(ColumnMismatch) {
      for row in rows {
        let place = AuditPlace(
          time: try row.integer(0).present(), sequence: try row.integer(1).present())
        if try row.integer(2) == 0 {
          places.matching.append(place)
        } else {
          places.end = place
        }
      }
    } catch {
      throw .unavailable("an audit record is damaged")
    }
    places.matching.sort(by: >)
    return places
  }

  func records(_ sequences: [Int64]) async throws(JournalError) -> [StoredRecord] {
    try await records(Self.bySequence, [.integers(sequences)])
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
