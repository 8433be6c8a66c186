import Foundation
import Provisioning

/// Reads the tree of a journal beside its writer.
protocol TreeReader: SealedRecordReader {
  func treeHead() async throws(JournalError) -> TreeHead

  /// The hashes that a tree of some size has in these tiles. They never change, so that several reads
  /// give one state of the tree.
  func tiles(
    _ tiles: Set<TreeTile>, inTreeOf size: Int64
  ) async throws(JournalError) -> TreeTiles

  /// `nil` when there is no such event, or it has no place in the tree yet.
  func sealedRecord(ofEvent id: Identifier) async throws(JournalError) -> SealedRecord?

  /// The newest record of a creation; `nil` when there is none, or it has no place in the tree yet.
  func sealedRecord(ofCreation id: Identifier) async throws(JournalError) -> SealedRecord?
}

extension TreeReader {
  package func sealedSize() async throws(JournalError) -> Int64 { try await treeHead().size }
}
