import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(2)))
struct DiskFailureTests {
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
      var failure: ProvisioningError?
      while failure == nil {
        do throws(ProvisioningError) {
          _ = try await journal.record(.example()) { .created() }
        } catch {
          failure = error
        }
      }
      switch failure {
      case .outcomeNotRecorded, .auditUnavailable: break
      default: exit(2)
      }
      for await _ in journal.failure {
        do throws(ProvisioningError) {
          _ = try await journal.record(.example()) { exit(3) }
        } catch .auditUnavailable {
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
    for line in lines {
      let id = try #require(Identifier(String(line)))
      #expect(try await reopened.creations.creation(id)?.state == .succeeded)
    }
    await reopened.close()
  }
}
