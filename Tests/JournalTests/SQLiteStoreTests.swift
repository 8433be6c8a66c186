import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(5)))
struct SQLiteStoreTests {
  let fixture: JournalFixture

  init() throws {
    fixture = try JournalFixture()
  }

  private func mode(_ file: String) throws -> Int? {
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue
  }

  @Test func theSettingsThatDurabilityNeedsAreInForce() throws {
    let store = try SQLiteStore(
      path: fixture.path, keysDirectory: fixture.keys, upstream: .sandbox)
    #expect(store.setting("journal_mode") == "wal")
    #expect(store.setting("synchronous") == "2")
    #expect(store.setting("wal_autocheckpoint") == "4000")
    #expect(store.setting("locking_mode") == "normal")
    store.close()
  }

  /// SQLite makes a whole table, with a cache of its own, for a list of values and for what it sorts:
  /// nothing that is run for each record may need one.
  @Test(arguments: [
    JournalSchema.insertRecord, CreationTable.insert, CreationTable.update, SQLiteTree.insertNode,
    SQLiteTree.updateHead,
  ])
  func whatIsRunForEachRecordMakesNoTable(statement: String) async throws {
    await (try fixture.open()).close()
    let steps = try Self.withDatabase(fixture.path) { db in
      let values = [Int?](repeating: nil, count: statement.count { $0 == "?" })
      return try Row.fetchAll(
        db, sql: "EXPLAIN \(statement)", arguments: StatementArguments(values)
      ).map { $0["opcode"] as String }
    }
    #expect(steps.contains("OpenWrite") && !steps.contains("OpenEphemeral"))
  }

  @Test func everyFileIsForItsOwnerOnly() async throws {
    try #require(
      FileManager.default.createFile(
        atPath: fixture.path, contents: nil, attributes: [.posixPermissions: 0o644]))
    let journal = try fixture.open()
    _ = try await journal.record(.example()) { .created() }
    #expect(try mode(fixture.keys) == 0o700)
    let files = ["", "-wal", "-shm", ".lock", ".keys/hmac-1.key"].map { fixture.path + $0 }
    for file in files {
      #expect(try mode(file) == 0o600, "\(file)")
    }
    await journal.close()
  }

  @Test(
    arguments: [
      "UPDATE audit_record SET kind = 'failed'", "DELETE FROM audit_record",
    ])
  func aRecordIsNeitherChangedNorRemoved(statement: String) async throws {
    let journal = try fixture.open()
    _ = try await journal.record(.example()) { .created() }
    await journal.close()
    let refused = try Self.withDatabase(fixture.path) { db -> String? in
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM audit_record") == 2)
      do {
        try db.execute(sql: statement)
        return nil
      } catch let error as DatabaseError {
        return error.message
      }
    }
    #expect(refused == "audit_record is append-only")
  }

  static func withDatabase<Value>(
    _ path: String, _ body: (Database) throws -> Value
  ) throws -> Value {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.inDatabase(body)
  }

  @Test func aRecordWithAKnownEventIsRefusedAlone() throws {
    let store = try SQLiteStore(
      path: fixture.path, keysDirectory: fixture.keys, upstream: .sandbox)
    let events = (0..<2).map { _ in
      JournalRecord(AuditEvent(id: .random, denial: .example(), wallMicroseconds: 0))
    }
    #expect(
      store.commit([events[0], events[0], events[1]].map { JournalEntry(record: $0) })
        == .committed(refusals: [1: .refused]))
    store.close()
    let count = try Self.withDatabase(fixture.path) {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM audit_record")
    }
    #expect(count == 2)
  }

  @Test func aReopenedJournalShowsEverything() async throws {
    for round in 1...3 {
      let journal = try fixture.open()
      _ = try await journal.record(.example()) { .created() }
      #expect(try await journal.events(AuditQuery()).events.count == 2 * round)
      await journal.close()
    }
  }

  @Test func theOtherKindOfUpstreamIsRefused() async throws {
    await (try fixture.open(upstream: .sandbox)).close()
    let error = try #require(await fixture.openError(upstream: .cognito))
    #expect(
      error
        == .wrongUpstream(path: fixture.path, recorded: "sandbox", wanted: .cognito))
    #expect(
      "\(error)" == "journal \(fixture.path): belongs to upstream sandbox, not cognito; "
        + "use another --journal for each kind of upstream")
    #expect(await fixture.openError(upstream: .sandbox) == nil)
  }

  @Test func anotherSchemaIsRefused() async throws {
    await (try fixture.open()).close()
    try Self.withDatabase(fixture.path) {
      try $0.execute(sql: "UPDATE meta SET value = '4' WHERE key = 'schema_version'")
    }
    #expect(await fixture.openError() == .otherSchema(path: fixture.path, found: 4, supported: 3))
  }

  @Test func aFileThatIsNoDatabaseIsRefusedAndLeftAlone() async throws {
    let content = Data(String(repeating: "no database\n", count: 1000).utf8)
    try content.write(to: URL(fileURLWithPath: fixture.path))
    #expect(await fixture.openError() == .notAJournal(path: fixture.path))
    #expect(FileManager.default.contents(atPath: fixture.path) == content)
    #expect(!FileManager.default.fileExists(atPath: fixture.keys))
  }

  @Test func anotherApplicationsDatabaseIsRefusedAndLeftAlone() async throws {
    try Self.withDatabase(fixture.path) { try $0.execute(sql: "CREATE TABLE theirs (x)") }
    let before = FileManager.default.contents(atPath: fixture.path)
    #expect(await fixture.openError() == .notAJournal(path: fixture.path))
    #expect(FileManager.default.contents(atPath: fixture.path) == before)
  }

  @Test func aCutFileIsReportedAsDamaged() async throws {
    let journal = try fixture.open()
    for _ in 0..<50 { _ = try await journal.record(.example()) { .created() } }
    await journal.close()
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path))
    try file.truncate(atOffset: 4096)
    try file.close()
    guard case .damaged(let path, _) = try #require(await fixture.openError()) else {
      Issue.record("not reported as damaged")
      return
    }
    #expect(path == fixture.path)
  }

  @Test func anAlteredRecordIsNotShown() async throws {
    let journal = try fixture.open()
    _ = try await journal.record(.example()) { .created() }
    await journal.close()
    // A start looks once at each record.
    await (try fixture.open()).close()
    try Self.withDatabase(fixture.path) {
      try $0.execute(
        sql: """
          DROP TRIGGER audit_record_no_update;
          UPDATE audit_record SET record =
            CAST(replace(CAST(record AS TEXT), 'acme', 'evil') AS BLOB);
          """)
    }
    let reopened = try fixture.open()
    await #expect(throws: JournalError.unavailable("audit record 2 is damaged")) {
      try await reopened.events(AuditQuery())
    }
    await reopened.close()
  }

  @Test func aMissingDirectoryIsOneClearLine() {
    let path = fixture.directory + "/none/journal.db"
    #expect {
      try JournalFixture.open(path: path, keys: fixture.keys)
    } throws: { error in
      "\(error)" == "journal \(path): cannot be written: No such file or directory"
    }
  }

  @Test func aDirectoryInThePlaceOfTheFileIsRefused() async throws {
    try FileManager.default.createDirectory(
      atPath: fixture.path, withIntermediateDirectories: false)
    guard case .notWritable = try #require(await fixture.openError()) else {
      Issue.record("not reported as not writable")
      return
    }
  }
}
