import Foundation
import Provisioning

/// Writes the records of a journal somewhere, in their order, without a gap, each at least once:
/// the cursor moves when they are durable there. After a crash some may come a second time, with the
/// same ids.
package struct JournalExport: Sendable {
  /// Records that are read, written and made durable together.
  static let batchSize = 4000
  /// Records that are formatted in one piece; pieces are formatted at the same time.
  static let pieceSize = 500

  /// What an export did.
  package struct Report: Equatable, Sendable {
    package var records: Int64 = 0
    /// The index of the record that comes next.
    package var next: Int64 = 0
  }

  private let reader: any SealedRecordReader
  private let line: ExportLine
  private let sink: ExportSink
  private let cursor: ExportCursor?
  private(set) package var next: Int64

  /// - Parameters:
  ///   - target: a file, or `-` for standard output.
  ///   - cursorPath: of the file that remembers how far it has come; `nil`: nothing does.
  ///   - start: the index of the first record, where there is no cursor yet.
  /// - Throws: an ``ExportFailure``, or why the journal cannot be read.
  package init(
    reader: any SealedRecordReader, target: String, cursorPath: String?, start: Int64 = 0
  ) async throws {
    self.reader = reader
    line = ExportLine(source: try await reader.newestCheckpoint().checkpoint.origin)
    let source = line.source
    cursor = cursorPath.map { ExportCursor(path: $0, source: source) }
    next = max(start, try cursor?.read() ?? 0)
    sink = try ExportSink(target)
  }

  /// Records of which nothing is left to do but to write their lines.
  private struct Batch: Sendable {
    /// Lines in pieces, in their order.
    var pieces: [[UInt8]] = []
    var records = 0
    /// The index of the record behind them.
    var end: Int64
  }

  /// Writes what is there, and behind it a checkpoint that covers it.
  ///
  /// - Parameter end: where it stops, at the latest; `nil`: at the end of the journal.
  package mutating func run(until end: Int64? = nil) async throws -> Report {
    var report = Report(next: next)
    var batch = try await batch(from: next, until: end)
    while batch.records > 0 {
      // The next records are read and formatted while the last are written and made durable.
      let following = batch.end
      async let coming = self.batch(from: following, until: end)
      try sink.write(batch.pieces)
      try cursor?.write(following)
      next = following
      report.records += Int64(batch.records)
      report.next = next
      batch = try await coming
    }
    return report
  }

  /// The last of what is there ends with a checkpoint.
  private func batch(from index: Int64, until end: Int64?) async throws -> Batch {
    let limit = end.map { min(Int64(Self.batchSize), $0 - index) } ?? Int64(Self.batchSize)
    var batch = Batch(end: index)
    guard limit > 0 else { return batch }
    // One more than is written says whether there are more.
    let records = try await reader.records(from: index, limit: Int(limit) + 1)
    for (offset, record) in records.enumerated() where record.treeIndex != index + Int64(offset) {
      throw JournalError.unavailable(
        "the audit record at index \(index + Int64(offset)) is missing")
    }
    batch.records = min(records.count, Int(limit))
    batch.end += Int64(batch.records)
    batch.pieces = try await format(records.prefix(Int(limit)))
    if batch.records > 0, batch.records == records.count || batch.end == end {
      var checkpoint: [UInt8] = []
      line.append(try await reader.newestCheckpoint(), to: &checkpoint)
      batch.pieces.append(checkpoint)
    }
    return batch
  }

  private func format(_ records: ArraySlice<SealedRecord>) async throws -> [[UInt8]] {
    try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { tasks in
      let starts = Array(stride(from: 0, to: records.endIndex, by: Self.pieceSize))
      for (number, start) in starts.enumerated() {
        let piece = records[start..<min(start + Self.pieceSize, records.endIndex)]
        tasks.addTask { [line] in
          var bytes: [UInt8] = []
          bytes.reserveCapacity(piece.count * ExportLine.typicalByteCount)
          for record in piece { try line.append(record, to: &bytes) }
          return (number, bytes)
        }
      }
      var pieces = [[UInt8]](repeating: [], count: starts.count)
      for try await (number, bytes) in tasks { pieces[number] = bytes }
      return pieces
    }
  }
}
