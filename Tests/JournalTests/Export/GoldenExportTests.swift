import Foundation
import Testing

@testable import Journal
@testable import Provisioning

/// What an export writes is kept in files and compared by those who resume it: it stays, byte for
/// byte. `export.jsonl` has a line for every kind of record.
@Suite struct GoldenExportTests {
  private static let path = URL(filePath: #filePath)
    .appending(path: "../../../Conformance/golden/export.jsonl").standardized

  private static var events: [AuditEvent] {
    var events = AuditEvent.Kind.allCases.flatMap { kind in
      [JournalRecordTests.full, JournalRecordTests.sparse].map { event in
        var event = event
        event.kind = kind
        return event
      }
    }
    events += [JournalRecordTests.coalesced, JournalRecordTests.ofKeys]
    var resolved = JournalRecordTests.full
    resolved.kind = .operatorResolved
    resolved.reason = OperatorVerdict.created.rawValue
    events.append(resolved)
    var early = JournalRecordTests.sparse
    early.wallMicroseconds = -1
    early.requestID = "\u{1}\u{2028}"
    events.append(early)
    return events
  }

  @Test func everyLineIsAsItHasAlwaysBeen() throws {
    let line = ExportLine(source: "journal.example/\"1\"")
    var bytes: [UInt8] = []
    for (index, event) in Self.events.enumerated() {
      let record = JournalRecord(event)
      try line.append(
        SealedRecord(
          treeIndex: Int64(index) * 1_000_003, record: record.bytes, leafHash: record.leafHash),
        to: &bytes)
    }
    try line.append(
      SealedRecord(treeIndex: 12, record: nil, leafHash: Data(repeating: 0xAB, count: 32)),
      to: &bytes)
    let written = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let golden = try String(contentsOf: Self.path, encoding: .utf8).split(separator: "\n")
    #expect(written.count == golden.count)
    for (line, expected) in zip(written, golden) { #expect(line == expected) }
  }
}
