import Foundation
import GRDB
import Provisioning

extension AuditReader: SealedRecordReader {
  package func records(
    from treeIndex: Int64, limit: Int
  ) async throws(JournalError) -> [SealedRecord] {
    try await read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT seq, record, leaf_hash FROM audit_record WHERE seq > ? ORDER BY seq LIMIT ?"),
        arguments: [treeIndex, limit]
      ).map { row in
        SealedRecord(
          treeIndex: try row.decode(Int64.self, atIndex: 0) - 1, record: try row.decode(atIndex: 1),
          leafHash: try row.decode(atIndex: 2))
      }
    }
  }

  package func sealedSize() async throws(JournalError) -> Int64 {
    try await read { db in
      try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT coalesce(max(seq), 0) FROM audit_record")) ?? 0
    }
  }
}
