import Foundation
import Provisioning

/// What an audit record has in columns of its own, for queries.
struct RecordColumns: Equatable, Sendable {
  var eventID: Data
  var kind: String
  var wallMicroseconds: Int64
  var creationID: Data?
  var requestID: String
  var organization: String
  var callerID: String
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
  /// Whether records are numbered without gaps, from 1.
  var isDense: Bool { get }

  /// The next records behind a number, in their order.
  func records(after sequence: Int64, limit: Int) throws -> [(StoredRecord, RecordColumns)]

  /// The next creations behind an id, in the order of ids, with or without a row or records.
  func creations(after id: Data, limit: Int) throws -> [CreationEvidence]
}

/// Holds every record of a journal against its hash, its columns and the layout, and every creation
/// against its records.
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
  }

  /// Entries that are read at a time: bounds both memory and how long a reader holds back the
  /// writer's log.
  static let pageSize = 500

  /// - Throws: a ``Finding``, or why the journal cannot be read.
  static func run(_ source: some VerificationSource) throws -> Report {
    var report = Report()
    var position: Int64 = 0
    while true {
      let page = try source.records(after: position, limit: pageSize)
      guard let last = page.last else { break }
      for (record, columns) in page {
        if source.isDense, record.sequence != position + 1 {
          throw Finding(entry: "record \(position + 1)", problem: "missing")
        }
        position = record.sequence
        try check(record, columns)
      }
      position = last.0.sequence
      report.records += page.count
    }
    var id = Data()
    while true {
      let page = try source.creations(after: id, limit: pageSize)
      guard let last = page.last else { return report }
      for creation in page { try check(creation) }
      id = last.creationID
      report.creations += page.count
    }
  }

  private static func check(_ record: StoredRecord, _ columns: RecordColumns) throws {
    let event = try event(of: record)
    guard JournalRecord(event).bytes == record.record else {
      throw Finding(
        entry: "record \(record.sequence)", problem: "not in the form that the service writes")
    }
    guard columns == RecordColumns(event) else {
      throw Finding(
        entry: "record \(record.sequence)", problem: "its columns differ from what it says")
    }
  }

  private static func event(of record: StoredRecord) throws -> AuditEvent {
    do {
      return try JournalRecord.event(from: record.record, leafHash: record.leafHash)
    } catch .hashMismatch {
      throw Finding(entry: "record \(record.sequence)", problem: "not what its hash says")
    } catch .unknownLayout {
      throw Finding(entry: "record \(record.sequence)", problem: "no record of this release")
    }
  }

  private static func check(_ creation: CreationEvidence) throws {
    var history = CreationHistory()
    for record in creation.records {
      if let problem = history.add(try event(of: record)) {
        throw Finding(entry: "record \(record.sequence)", problem: problem)
      }
    }
    if let problem = history.problem(with: creation.row) {
      let id = Identifier(bytes: creation.creationID)?.description ?? "without an id"
      throw Finding(entry: "creation \(id)", problem: problem)
    }
  }
}

extension RecordColumns {
  fileprivate init(_ event: AuditEvent) {
    self.init(
      eventID: Data(event.id.bytes), kind: event.kind.rawValue,
      wallMicroseconds: event.wallMicroseconds,
      creationID: event.creationID.map { Data($0.bytes) }, requestID: event.requestID,
      organization: event.organization, callerID: event.origin.callerID)
  }
}
