import Foundation
import GRDB

/// Looks at the records that no start has looked at yet, before anything is served on top of them.
///
/// It is bounded, so that a start takes seconds however long the journal is; ``JournalVerification``
/// looks at all of it.
struct HeadVerification {
  /// Records that one start looks at; where there are more, the newest.
  static let recordLimit: Int64 = 200_000

  /// What is wrong with a journal.
  struct Damage: Error, Equatable {
    let reason: String
  }

  /// Where the records end that this or an earlier start has found sound.
  private(set) var position: Int64
  private let head: Int64

  /// - Parameter remembered: the position of the last start, 0 for none.
  init(_ db: Database, remembered: Int64, limit: Int64 = recordLimit) throws {
    head = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM audit_record") ?? 0
    guard remembered <= head else {
      throw Damage(reason: "record \(remembered), which an earlier start has seen, is missing")
    }
    position = max(remembered, head - limit)
  }

  /// Goes on to the head.
  ///
  /// - Throws: ``Damage``, which names the first record that is wrong.
  mutating func run(_ db: Database) throws {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT seq, leaf_hash, record FROM audit_record WHERE seq > ? ORDER BY seq",
      arguments: [position])
    while let row = try rows.next() {
      guard try row.decode(Int64.self, atIndex: 0) == position + 1 else {
        throw Damage(reason: "record \(position + 1) is missing")
      }
      // Of an old one the hash alone is left.
      if let record = try row.decode(Data?.self, atIndex: 2),
        try JournalRecord.leafHash(of: record) != row.decode(Data.self, atIndex: 1)
      {
        throw Damage(reason: "record \(position + 1) is not what its hash says")
      }
      position += 1
    }
    guard position == head else { throw Damage(reason: "record \(position + 1) is missing") }
  }
}
