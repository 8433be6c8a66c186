import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(2)))
struct DiskFailureTests {
  /// On a real file system of 1 MiB. Mounting needs CAP_SYS_ADMIN: without it this test fails, and
  /// says so.
  @Test func aFullDiskRefusesAndRecoversWithoutLosingARecord() async throws {
    let fixture = try JournalFixture()
    let mount = fixture.directory + "/small"
    try FileManager.default.createDirectory(
      atPath: mount, withIntermediateDirectories: false)
    try #require(
      run("/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount) == 0,
      "a tmpfs cannot be mounted here: run the tests with CAP_SYS_ADMIN")
    defer { _ = run("/bin/umount", "-l", mount) }
    let journal = try JournalFixture.open(path: mount + "/journal.db", keys: fixture.keys)
    var recorded: [Identifier] = []
    let filler = mount + "/filler"
    fill(filler)
    var owed: Identifier?
    while owed == nil {
      let intent = CreationIntent.example()
      do {
        _ = try await journal.record(intent) { .created() }
        recorded.append(intent.reference.creationID)
      } catch {
        #expect(error == .outcomeNotRecorded("SQLite error 13 (database or disk is full)"))
        owed = intent.reference.creationID
      }
    }
    await #expect(throws: JournalError.unavailable("SQLite error 13 (database or disk is full)")) {
      try await journal.record(.example()) {
        Issue.record("an effect ran that cannot be recorded")
        return .created()
      }
    }
    #expect(try await journal.events(AuditQuery(pageSize: 1000)).events.count == recorded.count)
    try FileManager.default.removeItem(atPath: filler)
    let last = CreationIntent.example()
    try await until {
      do {
        _ = try await journal.record(last) { .created() }
        return true
      } catch {
        return false
      }
    }
    recorded += [try #require(owed), last.reference.creationID]
    let events = try await journal.events(AuditQuery(pageSize: 1000)).events
    #expect(events.reversed().map(\.creationID) == recorded)
    await journal.close()
  }

  private func run(_ tool: String, _ arguments: String...) -> Int32 {
    guard
      let process = try? Process.run(URL(fileURLWithPath: tool), arguments: arguments)
    else { return -1 }
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Writes until nothing goes any more.
  private func fill(_ path: String) {
    let file = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
    defer { close(file) }
    for size in [4096, 1] {
      let bytes = [UInt8](repeating: 0, count: size)
      while unsafe write(file, bytes, size) == size {}
    }
  }

  /// A write that fails for another reason than space (here a limit of the file's size) leaves the
  /// commit's outcome unknown: the journal stops for good and says so.
  @Test func aFailedWriteStopsTheJournal() async throws {
    let fixture = try JournalFixture()
    await #expect(processExitsWith: .exitCode(74)) {
      [path = fixture.path as String, keys = fixture.keys as String] in
      let journal = try JournalFixture.open(path: path, keys: keys)
      _ = try await journal.record(.example()) { .created() }
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 65_536, rlim_max: 65_536)
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else {
        exit(1)
      }
      var failure: JournalError?
      while failure == nil {
        do throws(JournalError) {
          _ = try await journal.record(.example()) { .created() }
        } catch {
          failure = error
        }
      }
      guard case .outcomeNotRecorded = failure else { exit(2) }
      for await _ in journal.failure {
        do throws(JournalError) {
          _ = try await journal.record(.example()) { exit(3) }
        } catch .unavailable {
          exit(74)
        } catch {
          exit(4)
        }
      }
    }
    let reopened = try fixture.open()
    #expect(try await reopened.events(AuditQuery(pageSize: 1000)).events.count >= 1)
    await reopened.close()
  }

  /// Kills a process while 16 writers are at work: whatever was acknowledged is there.
  @Test func aKilledProcessLosesNoAcknowledgedRecord() async throws {
    let fixture = try JournalFixture()
    let acknowledged = fixture.directory + "/acknowledged"
    try #require(FileManager.default.createFile(atPath: acknowledged, contents: nil))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [
        path = fixture.path as String, keys = fixture.keys as String,
        acknowledged = acknowledged as String
      ] in
      let journal = try JournalFixture.open(path: path, keys: keys)
      let log = unsafe open(acknowledged, O_WRONLY | O_APPEND)
      await withTaskGroup { group in
        for _ in 0..<16 {
          group.addTask {
            for round in 0... {
              let intent = CreationIntent.example()
              guard (try? await journal.record(intent) { .created() }) != nil else { exit(1) }
              let line = Array("\(intent.reference.creationID)\n".utf8)
              guard unsafe write(log, line, line.count) == line.count else { exit(2) }
              if round == 40 { kill(getpid(), SIGKILL) }
            }
          }
        }
      }
    }
    let lines = try String(contentsOfFile: acknowledged, encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 40)
    let reopened = try fixture.open()
    let recorded = Set(
      try await reopened.events(AuditQuery(pageSize: 1000)).events.map(\.creationID))
    for line in lines {
      #expect(recorded.contains(Identifier(String(line))))
    }
    await reopened.close()
  }
}
