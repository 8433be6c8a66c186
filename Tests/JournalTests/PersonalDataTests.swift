import Foundation
import Testing

@testable import Journal
@testable import Provisioning

/// Promise A8: nothing of a person or a secret in any byte that is written, or in an error.
@Suite(.timeLimit(.minutes(5)))
struct PersonalDataTests {
  /// Stands in the user name, and through ``CreationIntent/example`` in the attributes, the
  /// password and the metadata.
  private static let canary = "Kanarienvogel"

  @Test func noFileHoldsWhatAPersonGave() async throws {
    let fixture = try JournalFixture()
    let journal = try fixture.open()
    // The last one stays in doubt, and holds its name.
    for answer in [
      DirectoryAnswer.created(username: Self.canary), .failed(.usernameExists),
      .failed(.timedOut, executed: .unknown),
    ] {
      _ = try await journal.record(.example(username: Self.canary)) { answer }
    }
    journal.record(.example(requestID: Self.canary))
    try await until { journal.statistics.records == 7 }
    try scan(fixture, expecting: ["journal.db", "journal.db-wal", "journal.db.keys/hmac-1.key"])
    await journal.close()
    try scan(fixture, expecting: ["journal.db", "journal.db.keys/hmac-1.key"])
  }

  private func scan(_ fixture: JournalFixture, expecting files: Set<String>) throws {
    // A copy, by another process: closing a descriptor of an open database would drop the locks
    // that SQLite holds on it.
    let copy = fixture.directory + ".copy"
    let process = try Process.run(
      URL(fileURLWithPath: "/bin/cp"), arguments: ["-r", fixture.directory, copy])
    process.waitUntilExit()
    defer { try? FileManager.default.removeItem(atPath: copy) }
    let found = try FileManager.default.subpathsOfDirectory(atPath: copy)
    #expect(files.isSubset(of: found))
    var sawRecords = false
    for name in found {
      guard let data = FileManager.default.contents(atPath: copy + "/" + name) else { continue }
      #expect(data.range(of: Data(Self.canary.utf8)) == nil, "\(name)")
      sawRecords = sawRecords || data.range(of: Data("policy_digest\":".utf8)) != nil
    }
    #expect(sawRecords, "the scan has to see the records")
  }

  @Test func noFileButTheKeysHoldsTheKey() async throws {
    let fixture = try JournalFixture()
    let journal = try fixture.open()
    _ = try await journal.record(.example()) { .created() }
    await journal.close()
    let key = try #require(FileManager.default.contents(atPath: fixture.keys + "/hmac-1.key"))
    let database = try #require(FileManager.default.contents(atPath: fixture.path))
    #expect(database.range(of: key) == nil)
    #expect(database.range(of: Data(hexadecimal(key).utf8)) == nil)
  }
}
