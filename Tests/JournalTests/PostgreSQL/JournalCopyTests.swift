import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(2)))
struct JournalCopyTests {
  let source: JournalFixture
  let target: PostgreSQLFixture

  init() throws {
    source = try JournalFixture()
    target = try PostgreSQLFixture()
  }

  private func copy() throws -> JournalCopy.Report {
    try JournalCopy(
      from: source.path, keysDirectory: source.keys, to: try target.address(), logger: .silent
    ).run()
  }

  @Test func everythingIsThereAsItWas() async throws {
    let journal = try source.open()
    var creations: [Creation] = []
    for number in 0..<7 {
      let creation = Creation.example(.example(username: "user-\(number)"))
      _ = try await journal.creations.write(.init(from: nil, creation: creation))
      creations.append(creation)
    }
    try await journal.record(.example()) { .created() }
    journal.record(Denial.example())
    try await until { try await journal.events(AuditQuery()).events.count == 10 }
    let events = try await journal.events(AuditQuery()).events
    await journal.close()

    let report = try copy()
    #expect(report.records == 10 && report.creations == 8)
    let copied = try target.open(keys: source.keys)
    #expect(try await copied.events(AuditQuery()).events == events)
    for creation in creations {
      #expect(try await copied.creations.creation(creation.id) == creation)
    }
    // The journal goes on behind what was copied.
    _ = try await copied.creations.write(.init(from: nil, creation: .example(.example())))
    let later = try await copied.events(AuditQuery()).events
    #expect(later.count == 11 && later.filter { events.contains($0) } == events)
    #expect(try target.texts("SELECT max(seq)::text FROM audit_record") == ["11"])
    await copied.close()
  }

  @Test func anEmptyJournalIsCopiedOnceAndNotOntoAnother() async throws {
    await (try source.open()).close()
    #expect(try copy().records == 0)
    #expect(try copy().records == 0)
    let journal = try target.open(keys: source.keys)
    _ = try await journal.creations.write(.init(from: nil, creation: .example(.example())))
    await journal.close()
    #expect(
      throws: JournalOpenError.server(
        address: try target.address().description,
        problem: "the journal is not empty: its table audit_record has rows")
    ) { try copy() }
  }

  @Test func aJournalInUseIsNotCopied() async throws {
    let journal = try source.open()
    #expect(throws: JournalOpenError.lockedBy(getpid())) { try copy() }
    await journal.close()
  }

  @Test func aDamagedRecordIsNotCopied() async throws {
    let journal = try source.open()
    try await journal.record(.example()) { .created() }
    await journal.close()
    try source.damageLastRecord()
    #expect(
      throws: JournalOpenError.server(
        address: try target.address().description,
        problem: "a record does not give the hash that was stored with it")
    ) { try copy() }
    #expect(try target.texts("SELECT kind FROM audit_record").isEmpty)
  }

  @Test func aMissingFileIsNotMade() throws {
    #expect(
      throws: JournalOpenError.notWritable(path: source.path, reason: "there is no such file")
    ) { try copy() }
    #expect(!FileManager.default.fileExists(atPath: source.path))
  }

  @Test func otherKeysAreRefused() async throws {
    await (try source.open()).close()
    try Data(repeating: 7, count: 32).write(
      to: URL(fileURLWithPath: source.keys + "/hmac-1.key"))
    #expect(
      throws: JournalOpenError.keys(
        directory: source.keys, problem: "these are the keys of another journal")
    ) { try copy() }
  }
}

extension JournalFixture {
  /// Changes a byte of the newest record, past the triggers.
  fileprivate func damageLastRecord() throws {
    let database = try DatabaseQueue(path: path)
    try database.write { db in
      try db.execute(
        sql: """
          DROP TRIGGER audit_record_no_update;
          UPDATE audit_record SET record = CAST(replace(CAST(record AS TEXT), 'acme', 'evil') AS BLOB)
            WHERE seq = (SELECT max(seq) FROM audit_record);
          """)
    }
    try database.close()
  }
}
