import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

@Suite("Epochs of keys", .timeLimit(.minutes(2)))
struct KeyEpochTests {
  let fixture: JournalFixture
  let clock = SettableClock()

  init() throws {
    fixture = try JournalFixture()
  }

  @Test func theContractHoldsInSQLite() async throws {
    try await KeyEpochContract(keys: fixture.keys, clock: clock) { [fixture, clock] in
      try fixture.open(clock: clock)
    }.holds()
    #expect(try JournalVerification().run(sqlitePath: fixture.path).records == 8)
  }

  @Test func theContractHoldsInPostgreSQL() async throws {
    let fixture = try PostgreSQLFixture()
    try await KeyEpochContract(keys: fixture.keys, clock: clock) { [clock] in
      try fixture.open(clock: clock)
    }.holds()
    #expect(try JournalVerification().run(address: fixture.address()).records == 8)
  }

  /// What one does with the keys the others see: at once where they need it, else within a minute.
  @Test func replicasShareTheEpochs() async throws {
    let fixture = try PostgreSQLFixture()
    let (one, two) = (try fixture.open(clock: clock), try fixture.open(clock: clock))
    try await one.operation.keys.maintain(rotatingAfter: nil)
    let old = Creation.example(.example(username: "old"))
    #expect(try await two.creations.write(.init(from: nil, creation: old)) == .written)
    #expect(try await one.rotateKeys(by: "alice") == 2)
    let new = Creation.example(.example(username: "new"))
    #expect(try await one.creations.write(.init(from: nil, creation: new)) == .written)
    #expect(try await two.creations.creation(new.id) == new)
    let step = try #require(
      old.step(.answered(.created()), now: old.createTime + 9, leaseEnd: 0))
    #expect(
      try await two.creations.write(
        CreationTransition(from: old.stamp, creation: step.creation)) == .written)
    // The other replica may not have looked yet.
    await #expect(throws: OperatorRefusal.self) {
      try await one.destroyKeys(ofEpoch: 1, by: "alice")
    }
    clock.advance(by: .seconds(180))
    try await one.destroyKeys(ofEpoch: 1, by: "alice")
    for _ in 1...2 { try await two.operation.keys.maintain(rotatingAfter: nil) }
    #expect(try await two.creations.creation(old.id)?.isErased == true)
    #expect(try await two.keyEpochs() == one.keyEpochs())
    let events = try await two.events(AuditQuery()).events.compactMap(\.keyEpoch)
    #expect(events == [1, 2])
    for replica in [one, two] { await replica.close() }
  }

  @Test func aCopyKnowsWhenItsKeysWereMade() async throws {
    let journal = try fixture.open(clock: clock)
    try await journal.operation.keys.maintain(rotatingAfter: nil)
    for _ in 1...2 { _ = try await journal.rotateKeys(by: "alice") }
    try await journal.destroyKeys(ofEpoch: 1, by: "alice")
    let epochs = try await journal.keyEpochs()
    await journal.close()
    let target = try PostgreSQLFixture()
    _ = try JournalCopy(
      from: fixture.path, keysDirectory: fixture.keys, to: target.address(), logger: .silent
    ).run()
    let copy = try target.open(keys: fixture.keys, clock: clock)
    try await copy.operation.keys.maintain(rotatingAfter: nil)
    #expect(try await copy.keyEpochs() == epochs)
    #expect(try await copy.events(AuditQuery()).events.count == 3)
    await copy.close()
  }

  private func meta(_ sql: String) async throws {
    let database = try DatabaseQueue(path: fixture.path)
    try await database.write { try $0.execute(sql: sql) }
    try database.close()
  }

  private var files: Set<String> {
    get throws { Set(try FileManager.default.contentsOfDirectory(atPath: fixture.keys)) }
  }

  @Test func aDestructionThatWasCutOffIsEndedByTheNextStart() async throws {
    let journal = try fixture.open(clock: clock)
    _ = try await journal.rotateKeys(by: "alice")
    await journal.close()
    try await meta("INSERT INTO meta VALUES ('key_destroyed_1', '7')")
    await (try fixture.open(clock: clock)).close()
    #expect(try files.isDisjoint(with: ["hmac-1.key", "seal-1.key"]))
  }

  @Test func aRotationThatWasCutOffIsTakenIn() async throws {
    let journal = try fixture.open(clock: clock)
    await journal.close()
    _ = try KeyFolder(directory: fixture.keys).make(2)
    let reopened = try fixture.open(clock: clock)
    try await reopened.operation.keys.maintain(rotatingAfter: nil)
    #expect(
      try await reopened.keyEpochs().map(\.madeAt)
        == Array(repeating: clock.now().microseconds, count: 2))
    #expect(try await reopened.events(AuditQuery()).events.map(\.keyEpoch) == [2])
    await reopened.close()
  }

  /// A database from before the destruction still opens, and finds nothing in what it has of it.
  @Test func aRestoredJournalOpensWithoutDestroyedKeys() async throws {
    var journal = try fixture.open(clock: clock)
    let creation = Creation.example(.example())
    _ = try await journal.creations.write(.init(from: nil, creation: creation))
    let copy = fixture.directory + "/copy.db"
    #expect(try await journal.backUp(to: copy, by: "alice") == 1)
    let step = try #require(
      creation.step(.answered(.created()), now: creation.createTime + 9, leaseEnd: 0))
    _ = try await journal.creations.write(
      CreationTransition(from: creation.stamp, creation: step.creation))
    _ = try await journal.rotateKeys(by: "alice")
    try await journal.destroyKeys(ofEpoch: 1, by: "alice")
    await journal.close()
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: fixture.path + suffix)
    }
    try FileManager.default.moveItem(atPath: copy, toPath: fixture.path)
    journal = try fixture.open(clock: clock)
    #expect(try await journal.creations.creation(creation.id)?.isErased == true)
    #expect(try await journal.creations.abandoned(before: .max, limit: 9).isEmpty)
    #expect(try await journal.keyEpochs().map(\.state) == [.destroyed, .current])
    await journal.close()
  }

  @Test func aMissingKeyOfAnEarlierEpochIsNoticed() async throws {
    let journal = try fixture.open(clock: clock)
    _ = try await journal.rotateKeys(by: "alice")
    await journal.close()
    for file in ["hmac-1.key", "seal-1.key"] {
      try FileManager.default.removeItem(atPath: fixture.keys + "/" + file)
    }
    #expect(
      await fixture.openError()
        == .keys(
          directory: fixture.keys,
          problem: "hmac-1.key is missing, and the journal has records under it"))
  }

  @Test func anEpochThatNeverWasIsDamage() throws {
    let keys = JournalKeys.random
    var sealed = try keys.seal([1], context: [])
    sealed[3] = 9
    #expect(throws: JournalKeys.Damaged.self) { try keys.open(sealed, context: []) }
    #expect(throws: JournalKeys.Erased.self) { try keys.open(Data(), context: []) }
  }
}
