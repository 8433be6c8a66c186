import Foundation
import GRDB
import Provisioning

extension StoredRecord: FetchableRecord {
  init(row: Row) throws {
    self.init(
      sequence: try row.decode(forColumn: "seq"), record: try row.decode(forColumn: "record"),
      leafHash: try row.decode(forColumn: "leaf_hash"))
  }
}

/// Scans of the audit trail in SQLite.
enum SQLiteScan {
  /// SQLite knows nothing of how the values are distributed: each statement names its index.
  static let dialect = AuditIndex.Dialect(
    parameter: { "?\($0.rawValue)" },
    isOneOf: { "\($0) IN (SELECT value FROM json_each(?\($1.rawValue)))" },
    table: { "audit_record INDEXED BY audit_record_\($0.rawValue)" })

  private static let statements = Dictionary(
    uniqueKeysWithValues: AuditIndex.allCases.map { ($0, $0.statement(dialect)) })

  static func places(_ scan: AuditScan, in db: Database) throws -> AuditScan.Places {
    let statement = try db.cachedStatement(sql: statements[AuditIndex(scan.path)] ?? "")
    var places = AuditScan.Places()
    let rows = try Row.fetchCursor(statement, arguments: arguments(of: scan))
    while let row = try rows.next() {
      let place = AuditPlace(
        time: try row.decode(atIndex: 0), sequence: try row.decode(atIndex: 1))
      if try row.decode(Bool.self, atIndex: 2) {
        places.end = place
      } else {
        places.matching.append(place)
      }
    }
    places.matching.sort(by: >)
    return places
  }

  static func records(_ sequences: [Int64], in db: Database) throws -> [StoredRecord] {
    var list = CanonicalJSON()
    list.array(sequences) { json, number in json.integer(number) }
    return try StoredRecord.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT seq, record, leaf_hash FROM audit_record
          WHERE seq IN (SELECT value FROM json_each(?)) AND record IS NOT NULL
          """), arguments: [String(decoding: list.bytes, as: UTF8.self)])
  }

  private static func arguments(of scan: AuditScan) -> StatementArguments {
    StatementArguments(AuditIndex.Parameter.allCases.map { value(of: $0, scan) })
  }

  private static func value(
    of parameter: AuditIndex.Parameter, _ scan: AuditScan
  ) -> (any DatabaseValueConvertible)? {
    switch parameter {
    case .beforeTime: scan.before.time
    case .beforeSequence: scan.before.sequence
    case .startTime: scan.startTime
    case .limit: scan.limit
    case .reach: scan.reach
    case .caller: scan.conditions.callerID
    case .kind: scan.conditions.kind?.rawValue
    case .request: scan.conditions.requestID
    case .organizations: scan.conditions.organizations.map(list)
    case .userHashes: scan.conditions.userHashes.map(list)
    case .path: value(of: scan.path)
    }
  }

  private static func value(of path: AuditScan.Path) -> (any DatabaseValueConvertible)? {
    switch path {
    case .all: nil
    case .creation(let id): Data(id.bytes)
    case .kind(let kind): kind.rawValue
    case .request(let text), .user(let text), .caller(let text), .organization(let text): text
    }
  }

  private static func list(_ texts: [String]) -> String {
    var json = CanonicalJSON()
    json.array(texts) { json, text in json.string(text) }
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
