import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

@Suite("Retention of records", .timeLimit(.minutes(2)))
struct RecordRetentionTests {
  private static let day = Duration.seconds(24 * 3600)
  private static let old = 250

  /// The database's own clock judges the age, too.
  private let now = Int64(Date().timeIntervalSince1970 * 1_000_000)

  private func event(_ organization: String, daysAgo days: Int64) -> AuditEvent {
    AuditEvent(
      id: .random, kind: .denied, wallMicroseconds: now - days * Self.day.microseconds,
      creationID: .random, requestID: Identifier.random.description, origin: .example,
      organization: organization, policyDigest: "sha256:00",
      names: NameHashes(epoch: 1, user: String(repeating: "ab", count: 32)),
      reason: "POLICY_FORBIDS")
  }

  private func append(_ events: [AuditEvent], to journal: any TestedJournal) async {
    for event in events {
      #expect(await journal.operation.writer.append(.event(event), .intent) == .durable)
    }
  }

  private func makeRecords(_ journal: any TestedJournal) async -> [AuditEvent] {
    let events =
      (0..<Self.old).map { _ in event("acme", daysAgo: 30) }
      + (0..<10).map { _ in event("globex", daysAgo: 3) }
      + (0..<10).map { _ in event("initech", daysAgo: 0) }
    await append(events, to: journal)
    return events
  }

  private func holds(_ journal: any TestedJournal, _ events: [AuditEvent]) async throws {
    let retention = journal.maintenance.retention
    try await until { try await retention.reader.oldestRecords(limit: 1000).count == 270 }
    #expect(try await retention.expire(olderThan: Self.day * 31) == 0)
    #expect(try await retention.expire(olderThan: Self.day * 29) == Self.old)
    #expect(try await retention.expire(olderThan: Self.day * 29) == 0)
    // The databases refuse it for what is younger than a week.
    #expect(try await retention.expire(olderThan: Self.day) == 0)
    let left = try await journal.events(AuditQuery(pageSize: 1000)).events
    #expect(left.filter { $0.kind == .denied }.map(\.id) == events.suffix(20).map(\.id).reversed())
    #expect(left.compactMap(\.count) == [250, 200, 100])
    let denied = try await journal.events(AuditQuery(kind: .denied, pageSize: 1000)).events
    #expect(denied.count == 20)
    #expect(try await journal.events(AuditQuery(organizations: ["acme"])).events.isEmpty)
    for query in [
      AuditQuery(creationID: events[0].creationID), AuditQuery(requestID: events[0].requestID),
    ] { #expect(try await journal.events(query).events.isEmpty) }
    #expect(try await journal.event(events[0].id) == nil)
    #expect(try await journal.event(events[269].id) == events[269])
  }

  @Test func inSQLiteBodiesGoAndHashesStay() async throws {
    let fixture = try JournalFixture()
    let journal = try fixture.open(clock: SettableClock(now))
    let events = await makeRecords(journal)
    let anchor = try SignedCheckpoint.newest(sqlitePath: fixture.path)
    try await holds(journal, events)
    await journal.close()
    let bytes = try Data(contentsOf: URL(filePath: fixture.path))
    for text in [events[0].requestID, "acme"] { #expect(bytes.range(of: Data(text.utf8)) == nil) }
    #expect(bytes.range(of: Data("initech".utf8)) != nil)
    // What was proven of the whole is proven still.
    let report = try JournalVerification(anchor: anchor).run(sqlitePath: fixture.path)
    #expect(report.treeSize == 273)
    let reopened = try fixture.open(clock: SettableClock(now))
    #expect(try await reopened.event(events[269].id) == events[269])
    await reopened.close()
    try await noOtherChangeIsTaken(fixture)
  }

  private func noOtherChangeIsTaken(_ fixture: JournalFixture) async throws {
    let database = try DatabaseQueue(path: fixture.path)
    let emptied = JournalRecord.expired.map { "\($0.column) = \($0.value)" }
      .joined(separator: ", ")
    for change in [
      "kind = 'created'", "record = NULL", "record = x'00'", emptied + ", wall_us = 1",
      emptied + ", leaf_hash = zeroblob(32)",
    ] {
      await #expect(throws: DatabaseError.self, "\(change)") {
        try await database.write {
          try $0.execute(sql: "UPDATE audit_record SET \(change) WHERE seq = 251")
        }
      }
    }
    // By one who drops what protects them, and is found.
    try await database.write { db in
      try db.execute(sql: "DROP TRIGGER audit_record_no_update")
      try db.execute(sql: "UPDATE audit_record SET \(emptied) WHERE seq = 265")
    }
    try database.close()
    #expect {
      try JournalVerification().run(sqlitePath: fixture.path)
    } throws: { error in
      (error as? JournalVerification.Finding)?.description
        == "record at index 264: its body is gone, and no record tells of that"
    }
  }

  @Test func inPostgreSQLBodiesGoAndHashesStay() async throws {
    let fixture = try PostgreSQLFixture()
    let journal = try fixture.open(clock: SettableClock(now))
    let events = await makeRecords(journal)
    try await until { try fixture.texts("SELECT tree_size::text FROM tree_head") == ["270"] }
    let anchor = try SignedCheckpoint.newest(address: fixture.address())
    try await holds(journal, events)
    await journal.close()
    #expect(
      try fixture.texts(
        """
        SELECT count(*)::text FROM audit_record WHERE record IS NULL AND organization = ''
          AND creation_id IS NULL AND user_hash IS NULL AND octet_length(leaf_hash) = 32
        """) == ["250"])
    let report = try JournalVerification(anchor: anchor).run(address: fixture.address())
    #expect(report.records == 273)
    for change in ["kind = 'created'", "record = NULL"] {
      #expect(throws: PostgreSQLError.self) {
        try fixture.run("UPDATE audit_record SET \(change) WHERE organization = 'globex'")
      }
    }
  }

  /// With the rights that the schema's script gives, and no more.
  @Test func theServicesRoleMayDoIt() async throws {
    let fixture = try PostgreSQLFixture()
    await (try fixture.open(clock: SettableClock(now))).close()
    let role = fixture.schema + "_role"
    try fixture.run("CREATE ROLE \(role) LOGIN; GRANT USAGE ON SCHEMA \(fixture.schema) TO \(role)")
    for grant in PostgreSQLSchema.grants(to: role) { try fixture.run(grant) }
    let journal = try fixture.open(role: role, clock: SettableClock(now))
    try await holds(journal, await makeRecords(journal))
    await journal.close()
  }

  /// A creation whose first records are gone is no damage; one whose later records are is.
  @Test func aCreationThatIsCutIsSound() {
    let creation = Creation.example(.example())
    let names = NameHashes(epoch: 1, user: "")
    let intended = AuditEvent(
      id: .random, transition: CreationTransition(from: nil, creation: creation), names: names)
    var last = intended
    last.kind = .created
    for (events, row, isSound) in [
      ([last], CreationHistory.Row?.none, true), ([intended, last], nil, true),
      ([], CreationHistory.Row(state: "UNRESOLVED", attempt: 1, fence: 1), true),
      ([intended, last, last], nil, false),
    ] {
      var history = CreationHistory(mayBeCut: true)
      let problems = events.compactMap { history.add($0) }
      #expect((problems.isEmpty && history.problem(with: row) == nil) == isSound)
    }
  }
}
