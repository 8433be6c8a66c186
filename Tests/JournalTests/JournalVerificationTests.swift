import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

@Suite("What the verification of a journal finds", .timeLimit(.minutes(5)))
struct JournalVerificationTests {
  let fixture: JournalFixture

  init() throws {
    fixture = try JournalFixture()
  }

  /// Five creations, ten records, the third creation refused.
  private func makeRecords() async throws {
    let journal = try fixture.open()
    for number in 1...5 {
      _ = try await journal.record(.example()) {
        number == 3 ? .failed(.invalidPassword) : .created()
      }
    }
    await journal.close()
  }

  private func verify(after statement: String = "") throws -> JournalVerification.Report {
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.inDatabase { db in
      for event in ["update", "delete"] {
        try db.execute(sql: "DROP TRIGGER IF EXISTS audit_record_no_\(event)")
      }
      try db.execute(sql: statement)
    }
    try queue.close()
    return try JournalVerification().run(sqlitePath: fixture.path)
  }

  @Test func aSoundJournalIsCounted() async throws {
    try await makeRecords()
    #expect(try verify() == JournalVerification.Report(records: 10, creations: 5, treeSize: 10))
  }

  @Test func aLiveJournalIsReadBesideItsWriter() async throws {
    let journal = try fixture.open()
    let intent = CreationIntent.example()
    _ = try await journal.record(intent) { [path = fixture.path] in
      // The creation is under way: its intent is there, its outcome is not.
      let report = try? JournalVerification().run(sqlitePath: path)
      #expect(report == JournalVerification.Report(records: 1, creations: 1, treeSize: 1))
      return .created()
    }
    journal.record(.example())
    try await until { journal.statistics.records == 3 }
    #expect(
      try JournalVerification().run(sqlitePath: fixture.path)
        == JournalVerification.Report(records: 3, creations: 1, treeSize: 3))
    await journal.close()
  }

  @Test(
    arguments: [
      (
        "UPDATE audit_record SET record = CAST(replace(CAST(record AS TEXT), 'acme', 'acmd') AS BLOB)"
          + " WHERE seq = 4", "record 4 at index 3: not what its hash says"
      ),
      (
        "UPDATE audit_record SET leaf_hash = zeroblob(32) WHERE seq = 7",
        "record 7 at index 6: not what its hash"
      ),
      ("DELETE FROM audit_record WHERE seq = 5", "record at index 4: missing"),
      (
        "UPDATE audit_record SET organization = 'other' WHERE seq = 2",
        "record 2 at index 1: its columns"
      ),
      (
        "UPDATE audit_record SET kind = 'denied' WHERE seq = 6",
        "record 6 at index 5: its columns differ"
      ),
      (
        "UPDATE audit_record SET user_key = 2 WHERE seq = 3",
        "record 3 at index 2: its columns differ"
      ),
      ("DELETE FROM audit_record WHERE seq = 10", "record at index 9: missing"),
      ("DELETE FROM audit_record WHERE seq > 8", "record at index 8: missing"),
      ("UPDATE audit_record SET hlc_us = hlc_us + 1 WHERE seq = 4", "record 4 at index 3: I8"),
      ("UPDATE tree_head SET tree_size = 9", "record at index 9: not in the tree"),
      ("UPDATE tree_head SET tree_size = 8", "its tables are not as expected"),
      (
        "UPDATE tree_head SET root_hash = zeroblob(32)",
        "tree of 10 records: not what the records come to"
      ),
      (
        "UPDATE tree_head SET note = replace(note, x'0A' || '10' || x'0A', x'0A' || '9' || x'0A')",
        "checkpoint of the journal: not that of its 10 records"
      ),
      ("UPDATE creation SET state = 'SUCCEEDED' WHERE state = 'FAILED'", "I10: SUCCEEDED"),
      ("UPDATE creation SET attempt = 2 WHERE rowid = 1", "I10: SUCCEEDED, attempt 2"),
    ])
  func aChangeIsFoundAndNamed(_ statement: String, _ expected: String) async throws {
    try await makeRecords()
    let finding = #expect(throws: (any Error).self) { try verify(after: statement) }
    #expect("\(try #require(finding))".contains(expected), "\(String(describing: finding))")
  }

  /// Their hashes hold: whoever can write the file can make them.
  @Test func aRecordInAnotherFormIsFound() async throws {
    try await makeRecords()
    let queue = try DatabaseQueue(path: fixture.path)
    try await queue.write { db in
      try db.execute(sql: "DROP TRIGGER audit_record_no_update")
      let record = try #require(
        try Data.fetchOne(db, sql: "SELECT record FROM audit_record WHERE seq = 3"))
      let changed = record + Data(" ".utf8)
      try db.execute(
        sql: "UPDATE audit_record SET record = ?, leaf_hash = ? WHERE seq = 3",
        arguments: [changed, JournalRecord.leafHash(of: changed)])
    }
    try queue.close()
    #expect(
      throws: JournalVerification.Finding(
        entry: "record 3 at index 2", problem: "not in the form that the service writes")
    ) { try JournalVerification().run(sqlitePath: fixture.path) }
  }

  @Test func aPageHoldsEveryCreationOnce() async throws {
    try await makeRecords()
    let source = try SQLiteVerification(path: fixture.path)
    var ids: [Data] = []
    while true {
      let page = try source.creations(after: ids.last ?? Data(), limit: 2)
      if page.isEmpty { break }
      #expect(page.allSatisfy { $0.records.count == 2 && $0.row != nil })
      ids += page.map(\.creationID)
    }
    #expect(ids.count == 5 && Set(ids).count == 5)
  }

  @Test func whatIsNoJournalIsSaid() throws {
    #expect(
      throws: JournalOpenError.notReadable(path: fixture.path, reason: "there is no such file")
    ) { try JournalVerification().run(sqlitePath: fixture.path) }
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.inDatabase { try $0.execute(sql: "CREATE TABLE other (x)") }
    try queue.close()
    #expect(throws: JournalOpenError.notAJournal(path: fixture.path)) {
      try JournalVerification().run(sqlitePath: fixture.path)
    }
  }
}
