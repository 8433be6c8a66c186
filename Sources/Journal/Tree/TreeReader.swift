import Foundation
import Provisioning

/// Where a record is.
enum RecordPlace: Sendable {
  /// There is none.
  case none
  /// Durable, and not in the tree yet.
  case pending
  case sealed(SealedRecord)

  init(_ record: SealedRecord?) {
    self = record.map { .sealed($0) } ?? .none
  }
}

/// Reads the tree of a journal beside its writer.
protocol TreeReader: SealedRecordReader {
  func treeHead() async throws(JournalError) -> TreeHead

  /// The hashes that a tree of some size has in these tiles. They never change, so that several reads
  /// give one state of the tree.
  func tiles(
    _ tiles: Set<TreeTile>, inTreeOf size: Int64
  ) async throws(JournalError) -> TreeTiles

  func record(ofEvent id: Identifier) async throws(JournalError) -> RecordPlace

  /// The newest record of a creation.
  func record(ofCreation id: Identifier) async throws(JournalError) -> RecordPlace
}

extension TreeReader {
  package func sealedSize() async throws(JournalError) -> Int64 { try await treeHead().size }

  package func newestCheckpoint() async throws(JournalError) -> SignedCheckpoint {
    guard let checkpoint = SignedCheckpoint(try await treeHead().note) else {
      throw .unavailable("the journal's checkpoint is damaged")
    }
    return checkpoint
  }
}
