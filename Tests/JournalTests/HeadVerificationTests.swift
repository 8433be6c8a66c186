import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

@Suite("What a start looks at", .timeLimit(.minutes(5)))
struct HeadVerificationTests {
  let fixture: JournalFixture

  init() throws {
    fixture = try JournalFixture()
  }

  /// Two records for each creation.
  private func makeRecords(ofCreations count: Int) async throws {
    let journal = try fixture.open()
    for _ in 0..<count { _ = try await journal.record(.example()) { .created() } }
    await journal.close()
  }

  private func change(_ statement: String) throws {
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.inDatabase { db in
      for event in ["update", "delete"] {
        try db.execute(sql: "DROP TRIGGER IF EXISTS audit_record_no_\(event)")
      }
      try db.execute(sql: statement)
    }
    try queue.close()
  }

  @Test func aFlippedBitIsRefusedAndNamed() async throws {
    try await makeRecords(ofCreations: 3)
    // The lowest bit of one letter of the organization's name.
    try change(
      """
      UPDATE audit_record SET record = CAST(replace(CAST(record AS TEXT), 'acme', 'acmd') AS BLOB)
      WHERE seq = 4
      """)
    #expect(
      await fixture.openError()
        == .damaged(
          path: try POSIXFile.canonicalPath(fixture.path),
          reason: "record 4 is not what its hash says"))
  }

  @Test func aRecordThatWasTakenOutIsNoticed() async throws {
    try await makeRecords(ofCreations: 3)
    try change("DELETE FROM audit_record WHERE seq = 3")
    #expect(
      await fixture.openError()
        == .damaged(
          path: try POSIXFile.canonicalPath(fixture.path), reason: "record 3 is missing"))
  }

  @Test func aTailThatAnEarlierStartHasSeenIsMissed() async throws {
    try await makeRecords(ofCreations: 3)
    await (try fixture.open()).close()
    try change("DELETE FROM audit_record WHERE seq > 2")
    #expect(
      await fixture.openError()
        == .damaged(
          path: try POSIXFile.canonicalPath(fixture.path),
          reason: "record 6, which an earlier start has seen, is missing"))
  }

  @Test func aStartGoesOnWhereTheLastOneEnded() async throws {
    try await makeRecords(ofCreations: 2)
    await (try fixture.open()).close()
    try await makeRecords(ofCreations: 1)
    let store = try SQLiteStore(
      path: fixture.path, keysDirectory: fixture.keys, upstream: .sandbox)
    store.close()
    let queue = try DatabaseQueue(path: fixture.path)
    let remembered = try await queue.read { db in
      try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'verified_seq'")
    }
    #expect(remembered == "6")
    try queue.close()
    // What was found sound before is not looked at again.
    try change("UPDATE audit_record SET record = x'00' WHERE seq = 2")
    #expect(await fixture.openError() == nil)
  }

  @Test func aLongJournalIsLookedAtInPart() async throws {
    try await makeRecords(ofCreations: 3)
    try change("UPDATE audit_record SET record = x'00' WHERE seq = 2")
    let queue = try DatabaseQueue(path: fixture.path)
    try await queue.read { db in
      var newest = try HeadVerification(db, remembered: 0, limit: 4)
      try newest.run(db)
      #expect(newest.position == 6)
      var all = try HeadVerification(db, remembered: 0, limit: 5)
      #expect(throws: HeadVerification.Damage(reason: "record 2 is not what its hash says")) {
        try all.run(db)
      }
    }
    try queue.close()
  }

  @Test func aStartAndAStopAreRecorded() async throws {
    let journal = try fixture.open()
    try await journal.record(.started, policyDigest: "sha256:0123")
    try await journal.record(.stopped, policyDigest: "sha256:4567")
    let all = try await journal.events(AuditQuery()).events
    #expect(all.map(\.kind) == [.stopped, .started])
    #expect(all.map(\.policyDigest) == ["sha256:4567", "sha256:0123"])
    #expect(all.allSatisfy { $0.creationID == nil && $0.origin.callerID.isEmpty })
    // They belong to no organization.
    #expect(try await journal.events(AuditQuery(organizations: ["acme"])).events == [])
    await journal.close()
  }
}
