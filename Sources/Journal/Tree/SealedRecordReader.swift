package import Foundation
package import Provisioning

/// A record that has its place in the tree.
package struct SealedRecord: Equatable, Sendable {
  /// Its place, from 0, without gaps.
  package let treeIndex: Int64
  /// Canonical bytes; `nil` once retention has removed them.
  package let record: Data?
  package let leafHash: Data

  /// What the record says; `nil` where it is not kept any more.
  ///
  /// - Throws: ``JournalError/unavailable(_:)`` where it is not what its hash says.
  package func event() throws(JournalError) -> AuditEvent? {
    guard let record else { return nil }
    do {
      return try JournalRecord.event(from: record, leafHash: leafHash)
    } catch {
      throw .unavailable("the audit record at index \(treeIndex) is damaged")
    }
  }
}

/// Follows the trail: every record once, in the order of the tree, however many replicas write.
package protocol SealedRecordReader: Sendable {
  /// The records from a place on, in their order.
  ///
  /// - Parameter limit: at most so many; fewer only where there are no more.
  func records(
    from treeIndex: Int64, limit: Int
  ) async throws(JournalError) -> [SealedRecord]

  /// Records in the tree.
  func sealedSize() async throws(JournalError) -> Int64

  /// What the journal commits itself to, with its name.
  func newestCheckpoint() async throws(JournalError) -> SignedCheckpoint
}
