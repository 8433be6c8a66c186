import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite("Erasure of one creation", .timeLimit(.minutes(2)))
struct CreationErasureTests {
  @Test func inSQLiteNoByteOfItStays() async throws {
    let fixture = try JournalFixture()
    let journal = try fixture.open()
    let (sealed, name) = try await erase(journal) { id in
      try #require(try await journal.reader.row(id)).sealedIntent
    }
    let files = ["", "-wal"].compactMap {
      FileManager.default.contents(atPath: fixture.path + $0)
    }
    #expect(files.count == 2)
    for file in files {
      #expect(file.range(of: sealed) == nil)
      #expect(file.range(of: name) == nil)
    }
    await journal.close()
    #expect(try JournalVerification().run(sqlitePath: fixture.path).creations == 2)
  }

  @Test func inPostgreSQLItsRowHoldsNothing() async throws {
    let fixture = try PostgreSQLFixture()
    let journal = try fixture.open()
    _ = try await erase(journal) { id in
      let texts = try fixture.texts("SELECT encode(sealed_intent, 'base64') FROM creation")
      return try #require(
        Data(base64Encoded: texts[0] ?? "", options: .ignoreUnknownCharacters))
    }
    #expect(
      try fixture.texts(
        """
        SELECT count(*)::text FROM creation WHERE octet_length(sealed_intent) = 0
          AND sealed_answer IS NULL AND email_hash IS NULL
        """) == ["1"])
    await journal.close()
    #expect(try JournalVerification().run(address: fixture.address()).creations == 2)
  }

  /// - Returns: what was sealed of the creation that was erased, and what its name was claimed by.
  private func erase(
    _ journal: any TestedJournal, sealed: (Identifier) async throws -> Data
  ) async throws -> (Data, Data) {
    var creation = Creation.example(.example())
    let other = Creation.example(.example())
    for creation in [creation, other] {
      _ = try await journal.creations.write(.init(from: nil, creation: creation))
    }
    await #expect(throws: OperatorRefusal.self) {
      try await journal.erase(creation.id, by: "alice")
    }
    let step = try #require(
      creation.step(.answered(.created()), now: creation.createTime + 9, leaseEnd: 0))
    _ = try await journal.creations.write(
      CreationTransition(from: creation.stamp, creation: step.creation))
    creation = step.creation
    let sealed = try await sealed(creation.id)
    #expect(sealed.count > 100)
    for _ in 1...2 { try await journal.erase(creation.id, by: "alice") }
    let erased = try #require(try await journal.creations.creation(creation.id))
    #expect(erased.isErased && erased.state == .succeeded)
    #expect(try await journal.creations.creation(other.id) == other)
    let events = try await journal.events(AuditQuery(creationID: creation.id)).events
    #expect(events.map(\.kind) == [.erased, .created, .intended])
    #expect(events[0].origin.callerID == "alice" && events[0].organization == "acme")
    await #expect(throws: OperatorRefusal.self) { try await journal.erase(.random, by: "alice") }
    return (sealed, Data(creation.claims.user.bytes))
  }
}
