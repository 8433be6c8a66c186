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
  ///   - stallWatch: for a target that is no file, whose reader no thread shall wait for; `nil`: one
  ///     does.
  /// - Throws: an ``ExportFailure``, or why the journal cannot be read.
  package init(
    reader: any SealedRecordReader, target: String, cursorPath: String?, start: Int64 = 0,
    stallWatch: StallWatch? = nil
  ) async throws {
    self.reader = reader
    line = ExportLine(source: try await reader.newestCheckpoint().checkpoint.origin)
    let source = line.source
    cursor = cursorPath.map { ExportCursor(path: $0, source: source) }
    next = max(start, try cursor?.read() ?? 0)
    sink = try ExportSink(target, stallWatch: stallWatch)
  }

  /// Records on their way.
  private struct Batch: Sendable {
    var records: ArraySlice<SealedRecord> = []
    /// Their lines in pieces, in their order.
    var lines: [[UInt8]] = []
    /// The index of the record behind them.
    var end: Int64
  }

  /// Writes what is there, and behind it a checkpoint that covers it.
  ///
  /// - Parameter end: where it stops, at the latest; `nil`: at the end of the journal.
  package mutating func run(until end: Int64? = nil) async throws -> Report {
    var report = Report(next: next)
    var read = try await read(from: next, until: end)
    var formatted = Batch(end: next)
    repeat {
      // Of three batches one is read, one formatted and one written and made durable.
      let (ready, following) = (read, read.end)
      async let coming = self.read(from: following, until: end)
      async let lines = format(ready)
      if !formatted.records.isEmpty {
        if ready.records.isEmpty { formatted.lines.append(try await checkpoint()) }
        guard !Task.isCancelled else { throw ExportFailure("it was ended before it was done") }
        try await sink.write(formatted.lines)
        try cursor?.write(formatted.end)
        next = formatted.end
        report.records += Int64(formatted.records.count)
        report.next = next
      }
      formatted = try await lines
      read = try await coming
    } while !formatted.records.isEmpty
    return report
  }

  private func checkpoint() async throws(JournalError) -> [UInt8] {
    var bytes: [UInt8] = []
    line.append(try await reader.newestCheckpoint(), to: &bytes)
    return bytes
  }

  private func read(from index: Int64, until end: Int64?) async throws(JournalError) -> Batch {
    let limit = end.map { min(Int64(Self.batchSize), $0 - index) } ?? Int64(Self.batchSize)
    guard limit > 0 else { return Batch(end: index) }
    let records = try await reader.records(from: index, limit: Int(limit))
    for (offset, record) in records.enumerated() where record.treeIndex != index + Int64(offset) {
      throw .unavailable("the audit record at index \(index + Int64(offset)) is missing")
    }
    return Batch(records: records[...], end: index + Int64(records.count))
  }

  private func format(_ batch: Batch) async throws -> Batch {
    var batch = batch
    batch.lines = try await format(batch.records)
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
