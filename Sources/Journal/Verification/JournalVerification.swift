import Foundation
import Provisioning

/// Holds every record of a journal against its hash, its columns and the layout, the tree against the
/// records, and every creation against its records.
package struct JournalVerification: Sendable {
  /// The first entry that is wrong, and how. Neither says whom it is about.
  package struct Finding: Error, Equatable, CustomStringConvertible {
    let entry: String
    let problem: String

    package var description: String { "\(entry): \(problem)" }
  }

  /// What was found sound.
  package struct Report: Equatable, Sendable {
    package var records = 0
    package var creations = 0
    /// Records that have their places in the tree.
    package var treeSize: Int64 = 0

    package init(records: Int = 0, creations: Int = 0, treeSize: Int64 = 0) {
      self.records = records
      self.creations = creations
      self.treeSize = treeSize
    }
  }

  /// Entries that are read at a time: bounds both memory and how long a reader holds back the
  /// writer's log.
  static let pageSize = 500

  /// A checkpoint of the journal that somebody holds.
  package var anchor: SignedCheckpoint?
  /// The keys that may have signed the journal's checkpoints; none: signatures are not looked at.
  package var keys: [NoteVerifierKey]

  package init(anchor: SignedCheckpoint? = nil, keys: [NoteVerifierKey] = []) {
    self.anchor = anchor
    self.keys = keys
  }

  /// - Throws: a ``Finding``, or why the journal cannot be read.
  func run(_ source: some VerificationSource) throws -> Report {
    if let anchor, !keys.isEmpty, !keys.contains(where: anchor.isSigned) {
      throw Finding(entry: "checkpoint", problem: "signed by none of the given keys")
    }
    var report = Report()
    var expiry = ExpiryVerification()
    report.treeSize = try examineTree(source, &expiry)
    report.records = Int(report.treeSize)
    var sequence: Int64 = 0
    while true {
      let page = try source.unsealedRecords(after: sequence, limit: Self.pageSize)
      guard let last = page.last else { break }
      for record in page { _ = try Self.check(record) }
      sequence = last.sequence
      report.records += page.count
    }
    var id = Data()
    while true {
      let page = try source.creations(after: id, limit: Self.pageSize)
      guard let last = page.last else { return report }
      for creation in page { try Self.check(creation, expiry) }
      id = last.creationID
      report.creations += page.count
    }
  }

  /// - Returns: the records of the tree.
  private func examineTree(
    _ source: some VerificationSource, _ expiry: inout ExpiryVerification
  ) throws -> Int64 {
    var tree = try TreeVerification(
      origin: source.origin(), keys: keys, anchor: anchor?.checkpoint)
    while true {
      let (page, head) = try records(source, from: tree.size)
      for record in page {
        guard record.treeIndex == tree.size else {
          throw Finding(entry: "record at index \(tree.size)", problem: "missing")
        }
        expiry.add(try Self.check(record), at: tree.size)
        try tree.append(record, source)
      }
      guard page.isEmpty else { continue }
      try tree.finish(with: head)
      try expiry.finish()
      return tree.size
    }
  }

  /// Where a page cannot be read, one record after the other is, to know which of them it is.
  private func records(
    _ source: some VerificationSource, from treeIndex: Int64
  ) throws -> ([ExaminedRecord], TreeHead) {
    do {
      return try source.records(from: treeIndex, limit: Self.pageSize)
    } catch is UnreadableEntry {
      do {
        return try source.records(from: treeIndex, limit: 1)
      } catch is UnreadableEntry {
        throw Finding(entry: "record at index \(treeIndex)", problem: "it cannot be read")
      }
    }
  }

  static func name(of record: ExaminedRecord) -> String {
    record.treeIndex.map { "record \(record.sequence) at index \($0)" }
      ?? "record \(record.sequence)"
  }

  /// - Returns: what it says; `nil` where its body is gone.
  private static func check(_ record: ExaminedRecord) throws -> AuditEvent? {
    guard let bytes = record.record else { return nil }
    let event: AuditEvent
    do {
      event = try JournalRecord.event(from: bytes, leafHash: record.leafHash)
    } catch {
      throw Finding(entry: name(of: record), problem: problem(error))
    }
    let expected = JournalRecord(event)
    guard expected.bytes == bytes else {
      throw Finding(
        entry: name(of: record), problem: "not in the form that the service writes")
    }
    var columns = ColumnValues()
    expected.write(to: &columns)
    guard columns == record.columns else {
      throw Finding(
        entry: name(of: record), problem: "its columns differ from what it says")
    }
    return event
  }

  private static func problem(_ error: RecordDecodingError) -> String {
    switch error {
    case .hashMismatch: "not what its hash says"
    case .unknownLayout: "no record of this release"
    }
  }

  private static func check(
    _ creation: CreationEvidence, _ expiry: ExpiryVerification
  ) throws {
    var history = CreationHistory(mayBeCut: expiry.hasExpired)
    for record in creation.records {
      let entry = "record \(record.sequence)"
      let event: AuditEvent
      do {
        event = try JournalRecord.event(from: record.record, leafHash: record.leafHash)
      } catch {
        throw Finding(entry: entry, problem: problem(error))
      }
      if let problem = history.add(event) { throw Finding(entry: entry, problem: problem) }
    }
    if let problem = history.problem(with: creation.row) {
      let id = Identifier(bytes: creation.creationID)?.description ?? "without an id"
      throw Finding(entry: "creation \(id)", problem: problem)
    }
  }
}
