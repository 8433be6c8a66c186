import Foundation
import GRDB
import Provisioning

/// Writes groups of entries into SQLite, each group in one transaction.
final class GroupTransaction {
  private let begin: PreparedStatement
  private let commit: PreparedStatement
  private let insertRecord: PreparedStatement
  private let insertCreation: PreparedStatement
  private let updateCreation: PreparedStatement

  init(_ db: Database) throws {
    begin = try PreparedStatement("BEGIN IMMEDIATE", db)
    commit = try PreparedStatement("COMMIT", db)
    insertRecord = try PreparedStatement(JournalSchema.insertRecord, db)
    insertCreation = try PreparedStatement(CreationTable.insert, db)
    updateCreation = try PreparedStatement(CreationTable.update, db)
  }

  /// An empty group writes a page all the same: it finds out whether the disk takes anything.
  ///
  /// - Returns: the entries, by position, that were refused one by one; all others are durable.
  func run(_ group: [JournalEntry], _ db: Database) throws -> [Int: EntryRefusal] {
    var refusals: [Int: EntryRefusal] = [:]
    while true {
      try begin.run()
      if group.isEmpty { try db.execute(sql: JournalSchema.probe) }
      if let broken = try write(group, refusals: &refusals, db) {
        // What its change has written goes with the transaction; the others are tried again.
        refusals[broken] = .refused
        try db.rollback()
        continue
      }
      try commit.run()
      return refusals
    }
  }

  /// - Returns: the entry, by position, that a constraint of the tables refuses.
  private func write(
    _ group: [JournalEntry], refusals: inout [Int: EntryRefusal], _ db: Database
  ) throws -> Int? {
    for (position, entry) in group.enumerated() where refusals[position] != .refused {
      refusals[position] = nil
      do {
        if let change = entry.change, let refusal = try apply(change, db) {
          refusals[position] = refusal
        } else if let record = entry.record {
          try insertRecord.run { $0.add(record) }
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
      let inserted = try insertCreation.run { $0.add(row) }
      return inserted == 0 ? try CreationTable.refusal(ofInserting: row, db) : nil
    case .update(let stamp, let update):
      let updated = try updateCreation.run { $0.add(update, of: stamp) }
      return updated == 0 ? try CreationTable.refusal(ofUpdating: stamp, db) : nil
    case .purge(let time, let limit):
      try CreationTable.purge(before: time, limit: limit, db)
      return nil
    }
  }
}

extension PreparedStatement.Values {
  /// In the order of ``JournalSchema/columns``.
  fileprivate mutating func add(_ record: JournalRecord) {
    let event = record.event
    add(Data(event.id.bytes))
    add(event.kind.rawValue)
    add(event.wallMicroseconds)
    add(event.durationMicroseconds)
    add(event.creationID.map { Data($0.bytes) })
    add(event.requestID)
    add(event.organization)
    add(event.pool?.id)
    add(event.pool?.region)
    add(event.origin.callerID)
    add(event.origin.authentication.rawValue)
    add(event.origin.onBehalfOf)
    add(event.origin.peer)
    add(event.policyDigest)
    add(event.userHash)
    add(event.userHash.map { _ in Int64(JournalKeys.currentEpoch) })
    add(event.sub)
    add(event.invitation?.state.rawValue)
    add(event.trace?.requestID)
    add(event.trace?.errorType)
    add(event.trace?.httpStatus.map(Int64.init))
    add(event.reason)
    add(record.bytes)
    add(record.leafHash)
  }
}
