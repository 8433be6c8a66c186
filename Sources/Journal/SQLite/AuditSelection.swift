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

/// The statements of one page, newest first. Each finds its rows in the order of an index, so that
/// the time of a page depends on its size, not on the journal's.
struct AuditSelection: Sendable {
  let query: AuditQuery
  /// Only records before this one.
  let before: Int64
  let limit: Int

  func rows(in db: Database) throws -> [StoredRecord] {
    if let organizations = query.organizations, query.creationID == nil, query.requestID == nil {
      return try newest(of: organizations, in: db)
    }
    var conditions = ["seq < ?"]
    var arguments: StatementArguments = [before]
    if let creationID = query.creationID {
      conditions.append("creation_id = ?")
      arguments += [Data(creationID.bytes)]
    }
    if let requestID = query.requestID {
      conditions.append("request_id = ?")
      arguments += [AuditEvent.canonical(requestID: requestID)]
    }
    if let organizations = query.organizations {
      // The unary plus keeps SQLite on the index of the id, of which there are few rows.
      conditions.append("+organization IN (SELECT value FROM json_each(?))")
      arguments += [Self.json(organizations.sorted()) { json, name in json.string(name) }]
    }
    return try StoredRecord.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT seq, record, leaf_hash FROM audit_record
          WHERE \(conditions.joined(separator: " AND "))
          ORDER BY seq DESC LIMIT \(limit)
          """), arguments: arguments)
  }

  /// Merges the organizations by their sequence numbers, which the index alone gives, and fetches
  /// the records of the page only.
  private func newest(of organizations: Set<String>, in db: Database) throws -> [StoredRecord] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT seq FROM audit_record WHERE organization = ? AND seq < ?
        ORDER BY seq DESC LIMIT \(limit)
        """)
    var sequences: [Int64] = []
    for organization in organizations {
      sequences += try Int64.fetchAll(statement, arguments: [organization, before])
    }
    sequences.sort(by: >)
    return try StoredRecord.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT seq, record, leaf_hash FROM audit_record
          WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq DESC
          """),
      arguments: [Self.json(sequences.prefix(limit)) { json, number in json.integer(number) }])
  }

  private static func json<Element>(
    _ elements: some Sequence<Element>, _ each: (inout CanonicalJSON, Element) -> Void
  ) -> String {
    var json = CanonicalJSON()
    json.array(elements, each)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
