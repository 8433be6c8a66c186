import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(5)))
struct SQLiteCreationStoreTests {
  let fixture: JournalFixture

  init() throws {
    fixture = try JournalFixture()
  }

  @Test func theContractHolds() async throws {
    let journal = try fixture.open()
    try await CreationStoreContract(store: journal.creations, other: journal.creations).holds()
    await journal.close()
  }

  @Test func eachRecordedChangeHasItsRecord() async throws {
    let journal = try fixture.open()
    let creation = Creation.example(.example())
    _ = try await journal.creations.write(.init(from: nil, creation: creation))
    let step = try #require(
      creation.step(.answered(.created()), now: creation.createTime + 9, leaseEnd: 0))
    let change = CreationTransition(
      from: creation.stamp, creation: step.creation, duration: .microseconds(9))
    _ = try await journal.creations.write(change)
    // Refused: there is no record of what did not happen.
    _ = try await journal.creations.write(change)
    let events = try await journal.events(AuditQuery(creationID: creation.id)).events
    #expect(events.map(\.kind) == [.created, .intended])
    #expect(events.map(\.attempt) == [1, 1])
    #expect(events.map(\.fence) == [1, 1])
    #expect(events.map(\.durationMicroseconds) == [9, nil])
    #expect(events[0].wallMicroseconds == creation.createTime + 9)
    #expect(events[0].sub == "sub-1")
    await journal.close()
  }

  @Test func aSwappedSealIsNotOpened() async throws {
    let journal = try fixture.open()
    let creations = ["one", "two"].map { Creation.example(.example(username: $0)) }
    for creation in creations {
      _ = try await journal.creations.write(.init(from: nil, creation: creation))
    }
    await journal.close()
    let database = try DatabaseQueue(path: fixture.path)
    try await database.write { db in
      try db.execute(
        sql: """
          UPDATE creation SET sealed_intent =
            (SELECT sealed_intent FROM creation WHERE creation_id = ?)
          """, arguments: [Data(creations[0].id.bytes)])
    }
    try database.close()
    let reopened = try fixture.open()
    #expect(try await reopened.creations.creation(creations[0].id) == creations[0])
    await #expect(throws: JournalError.unavailable("a stored creation is damaged")) {
      try await reopened.creations.creation(creations[1].id)
    }
    await reopened.close()
  }

  @Test func aDamagedCreationDoesNotKeepTheOthersFromBeingLookedAfter() async throws {
    let journal = try fixture.open()
    let creations = ["one", "two"].map { Creation.example(.example(username: $0)) }
    for creation in creations {
      _ = try await journal.creations.write(.init(from: nil, creation: creation))
    }
    await journal.close()
    try await spoil(creations[0])
    let log = LogLines()
    let reopened = try fixture.open(logger: log.logger)
    for _ in 1...2 {
      #expect(try await reopened.creations.abandoned(before: .max, limit: 9) == [creations[1]])
    }
    #expect(log.all == ["error a creation in doubt cannot be read, and is not looked after"])
    await reopened.close()
  }

  private func spoil(_ creation: Creation) async throws {
    let database = try DatabaseQueue(path: fixture.path)
    try await database.write { db in
      try db.execute(
        sql: "UPDATE creation SET sealed_intent = zeroblob(99) WHERE creation_id = ?",
        arguments: [Data(creation.id.bytes)])
    }
    try database.close()
  }

  @Test func whatIsLookedForHasItsIndex() async throws {
    await (try fixture.open()).close()
    let database = try DatabaseQueue(path: fixture.path)
    for (condition, index) in [
      (
        "\(CreationTable.isOpen) AND lease_end < 9 ORDER BY lease_end", "creation_open"
      ),
      ("\(CreationTable.isSettled) AND update_time < 9", "creation_settled"),
      ("creation_id = x'00'", "sqlite_autoindex_creation"),
      ("caller_id = '' AND request_id = ''", "sqlite_autoindex_creation"),
    ] {
      let plan = try await database.read { db in
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN SELECT * FROM creation WHERE " + condition)
          .map { $0["detail"] as String }.joined(separator: "; ")
      }
      #expect(plan.contains(index), "\(plan)")
      #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }
    try database.close()
  }
}
