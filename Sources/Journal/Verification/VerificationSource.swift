import Foundation

/// A record as its verification reads it.
struct ExaminedRecord: Sendable {
  var sequence: Int64
  /// `nil` before it has a place in the tree.
  var treeIndex: Int64?
  /// Its time in the order of the tree.
  var time: Int64?
  /// All of ``JournalRecord/columns``.
  var columns: ColumnValues
  /// `nil` once retention has removed the bytes.
  var record: Data?
  var leafHash: Data
  var wallTime: Int64?

  /// Columns that a source selects, in this order.
  static let columns: [Column] =
    [.integer("seq"), .integer("tree_index"), .integer("hlc_us")] + JournalRecord.columns

  init(from reader: inout some ColumnReader) throws {
    sequence = try reader.integer().present()
    treeIndex = try reader.integer()
    time = try reader.integer()
    columns = try ColumnValues(of: JournalRecord.columns, from: &reader)
    for (column, value) in zip(JournalRecord.columns, columns.values) {
      switch (column.name, value) {
      case ("record", .bytes(let bytes)): record = bytes
      case ("wall_us", .integer(let integer)): wallTime = integer
      default: break
      }
    }
    guard case .bytes(let hash) = columns.values.last, hash.count == TreeHash.byteCount else {
      throw ColumnMismatch()
    }
    leafHash = hash
  }
}

/// The records and the row of one creation, as they stood at one time.
struct CreationEvidence: Sendable {
  /// 16 bytes.
  var creationID: Data
  /// In their order.
  var records: [StoredRecord]
  var row: CreationHistory.Row?
}

/// Reads a whole journal piece by piece, each piece as it stands at one time.
protocol VerificationSource {
  /// The name in its checkpoints.
  func origin() throws -> String

  /// The next records in the order of the tree, and the head of the tree that they stand in.
  func records(from treeIndex: Int64, limit: Int) throws -> (records: [ExaminedRecord], TreeHead)

  /// The next records behind a number that have no place in the tree yet.
  func unsealedRecords(after sequence: Int64, limit: Int) throws -> [ExaminedRecord]

  /// `nil` where there is none.
  func node(level: Int, position: Int64) throws -> TreeHash?

  /// The next creations behind an id, in the order of ids, with or without a row or records.
  func creations(after id: Data, limit: Int) throws -> [CreationEvidence]
}

/// An entry that the database itself cannot read.
struct UnreadableEntry: Error {}
