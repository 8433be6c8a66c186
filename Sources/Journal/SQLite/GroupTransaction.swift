import Foundation
import GRDB
import Provisioning

/// Writes groups of entries into SQLite, each group in one transaction with the tree over its records
/// and the checkpoint of that tree.
final class GroupTransaction {
  private let begin: PreparedStatement
  private let commit: PreparedStatement
  private let insertRecord: PreparedStatement
  private let insertCreation: PreparedStatement
  private let updateCreation: PreparedStatement
  private let insertNode: PreparedStatement
  private let updateHead: PreparedStatement
  private let signer: CheckpointSigner
  /// As it is on the disk.
  private var head: TreeHead

  init(_ db: Database, signer: CheckpointSigner) throws {
    self.signer = signer
    head = try SQLiteTree.head(db)
    begin = try PreparedStatement("BEGIN IMMEDIATE", db)
    commit = try PreparedStatement("COMMIT", db)
    insertRecord = try PreparedStatement(JournalSchema.insertRecord, db)
    insertCreation = try PreparedStatement(CreationTable.insert, db)
    updateCreation = try PreparedStatement(CreationTable.update, db)
    insertNode = try PreparedStatement(SQLiteTree.insertNode, db)
    updateHead = try PreparedStatement(SQLiteTree.updateHead, db)
  }

  /// An empty group writes a page all the same: it finds out whether the disk takes anything.
  ///
  /// - Returns: the entries, by position, that were refused one by one; all others are durable.
  func run(_ group: [JournalEntry], _ db: Database) throws -> [Int: EntryRefusal] {
    var refusals: [Int: EntryRefusal] = [:]
    while true {
      try begin.run()
      if group.isEmpty { try db.execute(sql: JournalSchema.probe) }
      var tree = TreeAppender(head)
      if let broken = try write(group, to: &tree, refusals: &refusals, db) {
        // What its change has written goes with the transaction; the others are tried again.
        refusals[broken] = .refused
        try db.rollback()
        continue
      }
      let sealed = try seal(tree)
      try commit.run()
      head = sealed
      return refusals
    }
  }

  /// - Returns: the head of the tree with what was appended.
  private func seal(_ tree: TreeAppender) throws -> TreeHead {
    guard tree.size > head.size else { return head }
    for node in tree.completed { try insertNode.run { node.write(to: &$0) } }
    let sealed = try tree.head(signedBy: signer)
    try updateHead.run { sealed.write(to: &$0) }
    return sealed
  }

  /// - Returns: the entry, by position, that a constraint of the tables refuses.
  private func write(
    _ group: [JournalEntry], to tree: inout TreeAppender,
    refusals: inout [Int: EntryRefusal], _ db: Database
  ) throws -> Int? {
    for (position, entry) in group.enumerated() where refusals[position] != .refused {
      refusals[position] = nil
      do {
        if let change = entry.change, let refusal = try apply(change, db) {
          refusals[position] = refusal
        } else if let upkeep = entry.upkeep, try !SQLiteUpkeep.apply(upkeep, db) {
          refusals[position] = .refused
        } else if let record = entry.record {
          let time = try tree.append(record.leafHash, at: record.event.wallMicroseconds)
          try insertRecord.run { values in
            // Of the first record 1: its place in the tree is 0.
            values.add(tree.size)
            values.add(time)
            record.write(to: &values)
          }
        }
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
        return position
      }
    }
    return nil
  }

  /// - Returns: why nothing was written; `nil` when it was.
  private func apply(_ change: CreationRowChange, _ db: Database) throws -> EntryRefusal? {
    switch change {
    case .insert(let row):
      let inserted = try insertCreation.run { row.write(to: &$0) }
      return inserted == 0 ? try CreationTable.refusal(ofInserting: row, db) : nil
    case .update(let stamp, let standing):
      let updated = try updateCreation.run { values in
        standing.write(to: &values)
        stamp.write(to: &values)
      }
      return updated == 0 ? try CreationTable.refusal(ofUpdating: stamp, db) : nil
    case .purge(let time, let limit):
      try CreationTable.purge(before: time, limit: limit, db)
      return nil
    }
  }
}
