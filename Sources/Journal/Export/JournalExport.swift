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

  /// Writes what is there, and behind it a checkpoint that covers it.
  ///
  /// - Parameter end: where it stops, at the latest; `nil`: at the end of the journal.
  package mutating func run(until end: Int64? = nil) async throws -> Report {
    var report = Report(next: next)
    // The records of the next batch are read while those of the last are formatted.
    var records = try await read(from: next, until: end)
    while !records.isEmpty {
      let following = records[records.count - 1].treeIndex + 1
      async let coming = read(from: following, until: end)
      var bytes = try await format(records)
      report.records += Int64(records.count)
      records = try await coming
      if records.isEmpty { line.append(try await reader.newestCheckpoint(), to: &bytes) }
      try sink.write(bytes)
      try cursor?.write(following)
      next = following
      report.next = next
    }
    return report
  }

  private func read(
    from index: Int64, until end: Int64?
  ) async throws(JournalError) -> [SealedRecord] {
    let limit = end.map { min(Int64(Self.batchSize), $0 - index) } ?? Int64(Self.batchSize)
    guard limit > 0 else { return [] }
    let records = try await reader.records(from: index, limit: Int(limit))
    for (offset, record) in records.enumerated() where record.treeIndex != index + Int64(offset) {
      throw .unavailable("the audit record at index \(index + Int64(offset)) is missing")
    }
    return records
  }

  private func format(_ records: [SealedRecord]) async throws -> [UInt8] {
    try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { tasks in
      let starts = Array(stride(from: 0, to: records.count, by: Self.pieceSize))
      for (number, start) in starts.enumerated() {
        let piece = records[start..<min(start + Self.pieceSize, records.count)]
        tasks.addTask { [line] in
          var bytes: [UInt8] = []
          for record in piece { try line.append(record, to: &bytes) }
          return (number, bytes)
        }
      }
      var pieces = [[UInt8]](repeating: [], count: starts.count)
      for try await (number, bytes) in tasks { pieces[number] = bytes }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(pieces.reduce(0) { $0 + $1.count })
      for piece in pieces { bytes.append(contentsOf: piece) }
      return bytes
    }
  }
}
