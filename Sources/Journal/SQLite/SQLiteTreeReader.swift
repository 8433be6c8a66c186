import Foundation
import GRDB
import Provisioning

extension AuditReader: TreeReader {
  func treeHead() async throws(JournalError) -> TreeHead {
    try await read { db in try SQLiteTree.head(db) }
  }

  func tiles(
    _ tiles: Set<TreeTile>, inTreeOf size: Int64
  ) async throws(JournalError) -> TreeTiles {
    try await read { db in try SQLiteTree.tiles(tiles, inTreeOf: size, db) }
  }

  package func records(
    from treeIndex: Int64, limit: Int
  ) async throws(JournalError) -> [SealedRecord] {
    try await read { db in try SQLiteTree.records(from: treeIndex, limit: limit, db) }
  }

  func record(ofEvent id: Identifier) async throws(JournalError) -> RecordPlace {
    RecordPlace(try await read { db in try SQLiteTree.record(ofEvent: Data(id.bytes), db) })
  }

  func record(ofCreation id: Identifier) async throws(JournalError) -> RecordPlace {
    RecordPlace(try await read { db in try SQLiteTree.record(ofCreation: Data(id.bytes), db) })
  }
}
