import Foundation

@testable import Journal
@testable import Provisioning

/// A record's row, as somebody sees it who can write the database.
struct TamperedRow: Equatable {
  var sequence: Int64
  var time: Int64
  var columns: [ColumnValue]

  static func index(of name: String) -> Int {
    JournalRecord.columns.firstIndex { $0.name == name } ?? 0
  }

  subscript(_ name: String) -> ColumnValue {
    get { columns[Self.index(of: name)] }
    set { columns[Self.index(of: name)] = newValue }
  }

  var record: Data {
    if case .bytes(let bytes) = self["record"] { bytes } else { Data() }
  }

  var creationID: Data? {
    if case .bytes(let bytes) = self["creation_id"] { bytes } else { nil }
  }
}

/// The tables of one journal in the hands of an intruder without its keys: what he leaves there, and
/// how it is taken back.
struct TamperedJournal {
  /// Runs statements.
  let run: (String) throws -> Void
  let literal: (ColumnValue) -> String
  /// The columns that a row is numbered by.
  let places: (TamperedRow) -> String
  let numbering: String
  let signer: CheckpointSigner
  let rows: [TamperedRow]
  let head: TreeHead

  /// Leaves these rows in the place of all; creations that have none of them are gone, too.
  func leave(_ rows: [TamperedRow], _ head: TreeHead) throws {
    var script = ["DELETE FROM audit_record"]
    script += rows.map { row in
      """
      INSERT INTO audit_record (\(numbering), \(JournalRecord.columns.names)) \
      \(numbering.contains("tree_index") ? "OVERRIDING SYSTEM VALUE" : "") \
      VALUES (\(places(row)), \(row.columns.map(literal).joined(separator: ", ")))
      """
    }
    script.append(
      """
      UPDATE tree_head SET tree_size = \(head.size), root_hash = \(literal(.bytes(head.root.bytes))), \
      frontier = \(literal(.bytes(head.frontier.bytes))), hlc_us = \(head.lastTime), \
      note = \(literal(.text(head.note)))
      """)
    script.append("DELETE FROM creation")
    script.append(
      """
      INSERT INTO creation SELECT * FROM creation_before WHERE creation_id IN
        (SELECT creation_id FROM audit_record)
      """)
    try run(script.joined(separator: ";\n"))
  }

  /// Leaves rows with everything else made anew, so that all of it fits.
  ///
  /// - Parameter isOurs: whether the checkpoint is signed with the journal's key, else with one of the
  ///   intruder's own.
  func leaveConsistent(_ rows: [TamperedRow], isOurs: Bool) throws {
    var rows = rows
    var tree = TreeAppender()
    for index in rows.indices {
      let leaf = JournalRecord.leafHash(of: rows[index].record)
      rows[index]["leaf_hash"] = .bytes(leaf)
      guard case .integer(let wall) = rows[index]["wall_us"] else { continue }
      rows[index].sequence = Int64(index + 1)
      rows[index].time = try tree.append(leaf, at: wall)
    }
    var head = try tree.head(signedBy: signer)
    if !isOurs {
      let key = try NoteSigningKey(
        name: signer.origin, seed: Data((0..<32).map { _ in UInt8.random(in: 0...255) }))
      head.note = try SignedCheckpoint(
        Checkpoint(origin: signer.origin, size: tree.size, root: tree.root), signedBy: [key]
      ).note
    }
    try leave(rows, head)
  }
}

/// What an intruder does.
enum Tampering: CaseIterable {
  case edit, editOfHash, delete, swap, truncate
  case carefulEdit, carefulDelete, carefulSwap, carefulTruncate, carefulInsert
  case restoredCopy

  /// Whether only a checkpoint that is kept elsewhere can tell.
  var isConsistent: Bool {
    switch self {
    case .edit, .editOfHash, .delete, .swap, .truncate: false
    default: true
    }
  }

  func apply(
    to journal: TamperedJournal, using generator: inout some RandomNumberGenerator
  ) throws {
    var rows = journal.rows
    // Two records for each creation, one behind the other.
    let creations = rows.count / 2
    let one = Int.random(in: 0..<creations, using: &generator)
    let other = (one + Int.random(in: 1..<creations, using: &generator)) % creations
    let count = Int.random(in: 1..<creations, using: &generator)
    let place = Int.random(in: rows.indices, using: &generator)
    switch self {
    case .edit, .editOfHash, .carefulEdit:
      let text = String(decoding: rows[place].record, as: UTF8.self)
      let peer = "203.0.113.\(Int.random(in: 0...255, using: &generator))"
      let record = Data(text.replacing("192.0.2.7", with: peer).utf8)
      rows[place]["record"] = .bytes(record)
      if self == .editOfHash {
        rows[place]["leaf_hash"] = .bytes(JournalRecord.leafHash(of: record))
      }
    case .delete: rows.remove(at: place)
    case .swap: rows.swapAt(2 * one + 1, 2 * other)
    case .truncate: rows.removeLast(count)
    case .carefulDelete: rows.removeSubrange(2 * one..<2 * one + 2)
    case .carefulSwap:
      rows.swapAt(2 * one, 2 * other)
      rows.swapAt(2 * one + 1, 2 * other + 1)
    case .carefulTruncate, .restoredCopy: rows.removeLast(2 * count)
    case .carefulInsert: rows.insert(try forged(like: rows[place]), at: place)
    }
    switch self {
    case .edit, .editOfHash, .delete, .truncate:
      try journal.leave(rows, journal.head)
    case .swap:
      (rows[2 * one + 1].sequence, rows[2 * other].sequence) = (
        rows[2 * other].sequence, rows[2 * one + 1].sequence
      )
      try journal.leave(rows, journal.head)
    default: try journal.leaveConsistent(rows, isOurs: self == .restoredCopy)
    }
  }

  /// A denial that never was.
  private func forged(like row: TamperedRow) throws -> TamperedRow {
    let record = JournalRecord(
      AuditEvent(id: .random, denial: .example(), wallMicroseconds: FixedClock.microseconds))
    var values = ColumnValues()
    record.write(to: &values)
    return TamperedRow(sequence: row.sequence, time: row.time, columns: values.values)
  }
}
