import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

/// What was erased must not stay in the log of SQLite either.
@Suite("SQLite's log after an erasure", .timeLimit(.minutes(2)))
struct LogEmptyingTests {
  let fixture: JournalFixture
  private var log: String { fixture.path + "-wal" }

  init() throws {
    fixture = try JournalFixture()
  }

  /// - Returns: the creation, and what is sealed of it.
  private static func settled(in journal: SQLiteJournal) async throws -> (Identifier, Data) {
    let intent = CreationIntent.example()
    _ = try await journal.record(intent) { .created() }
    let id = intent.reference.creationID
    return (id, try #require(try await journal.reader.row(id)).sealedIntent)
  }

  /// One that needs the log as it is, until its transaction ends.
  private static func reader(of path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let reader = try DatabaseQueue(path: path, configuration: configuration)
    try reader.inDatabase { db in
      try db.execute(sql: "BEGIN")
      _ = try Row.fetchAll(db, sql: "SELECT * FROM creation")
    }
    return reader
  }

  /// Where in the files of the journal some bytes are.
  private func files(with bytes: Data) -> [String] {
    ["", "-wal"].filter {
      FileManager.default.contents(atPath: fixture.path + $0)?.range(of: bytes) != nil
    }
  }

  @Test func itIsEmptiedWhenItsReaderIsDone() async throws {
    let journal = try fixture.open()
    let (id, sealed) = try await Self.settled(in: journal)
    let reader = try Self.reader(of: fixture.path)
    try await journal.erase(id, by: "alice")
    // Creations go on meanwhile.
    let (other, _) = try await Self.settled(in: journal)
    #expect(files(with: sealed).contains("-wal"))
    try reader.inDatabase { db in try db.execute(sql: "COMMIT") }
    try await until { files(with: sealed).isEmpty }
    #expect(try await journal.creations.creation(other)?.state == .succeeded)
    #expect(try await journal.creations.creation(id)?.isErased == true)
    try reader.close()
    await journal.close()
  }

  /// Kills a process whose erasure is durable, and in the log still.
  @Test func aStartEmptiesWhatACrashHasLeft() async throws {
    let bytes = fixture.directory + "/sealed"
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = fixture.path as String, keys = fixture.keys as String, bytes = bytes as String] in
      let journal = try JournalFixture.open(path: path, keys: keys)
      let (id, sealed) = try await Self.settled(in: journal)
      try sealed.write(to: URL(filePath: bytes))
      let reader = try Self.reader(of: path)
      try await journal.erase(id, by: "alice")
      withExtendedLifetime(reader) { _ = kill(getpid(), SIGKILL) }
    }
    let sealed = try Data(contentsOf: URL(filePath: bytes))
    #expect(files(with: sealed).contains("-wal"))
    let journal = try fixture.open()
    #expect(files(with: sealed).isEmpty)
    #expect(try await journal.events(AuditQuery(kind: .erased)).events.count == 1)
    await journal.close()
  }

  /// A database that cannot be written (here beyond a limit of the file's size, which its log does
  /// not reach) may hold half of a page: the journal stops for good.
  @Test func aFailureStopsTheJournal() async throws {
    await #expect(processExitsWith: .exitCode(74)) {
      [path = fixture.path as String, keys = fixture.keys as String] in
      let journal = try JournalFixture.open(path: path, keys: keys)
      for _ in 0..<300 { _ = try await journal.record(.example()) { .created() } }
      let (first, _) = try await Self.settled(in: journal)
      let (second, _) = try await Self.settled(in: journal)
      try await journal.erase(first, by: "alice")
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 196_608, rlim_max: 196_608)
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else {
        exit(1)
      }
      do {
        try await journal.erase(second, by: "alice")
        exit(2)
      } catch {}
      for await _ in journal.failure { exit(74) }
    }
    // What was removed is on the disk: in the log, which holds.
    let journal = try fixture.open()
    #expect(try await journal.events(AuditQuery(kind: .erased)).events.count == 2)
    await journal.close()
  }
}
