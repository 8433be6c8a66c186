import Foundation
import Testing

@testable import Journal
@testable import Provisioning

/// A journal of either kind, as the tests of its keys and its erasures use it.
protocol TestedJournal: OperatedJournal, AuditTrail {
  var creations: any CreationStore { get }
  var operation: JournalOperation { get }
  var maintenance: JournalMaintenance { get }
  @discardableResult
  func close() async -> JournalFailure?
}

extension SQLiteJournal: TestedJournal {}
extension PostgreSQLJournal: TestedJournal {}

/// What epochs of keys promise: the same checks for each database.
struct KeyEpochContract: Sendable {
  let keys: String
  let clock: SettableClock
  /// As after a restart.
  let open: @Sendable () throws -> any TestedJournal

  private func write(_ username: String, to journal: any TestedJournal) async throws -> Creation {
    let creation = Creation.example(.example(username: username))
    #expect(
      try await journal.creations.write(.init(from: nil, creation: creation)) == .written)
    return creation
  }

  private func settle(_ creation: Creation, in journal: any TestedJournal) async throws -> Creation
  {
    let step = try #require(
      creation.step(.answered(.created()), now: creation.createTime + 9, leaseEnd: 0))
    #expect(
      try await journal.creations.write(
        CreationTransition(from: creation.stamp, creation: step.creation)) == .written)
    return step.creation
  }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: keys).sorted() }
  }

  private func epochs(_ journal: any TestedJournal) async throws -> [String] {
    try await journal.keyEpochs().map { "\($0.number) \($0.state.rawValue)" }
  }

  func holds() async throws {
    var journal = try open()
    try await journal.operation.keys.maintain(rotatingAfter: nil)
    let old = try await settle(try await write("old", to: journal), in: journal)
    let doubtful = try await write("doubtful", to: journal)
    #expect(try await journal.rotateKeys(by: "alice") == 2)
    #expect(try await epochs(journal) == ["1 LIVE", "2 CURRENT"])
    let new = try await write("new", to: journal)
    try await namesAreFoundOfBothEpochs(journal)
    await journal.close()

    journal = try open()
    for creation in [old, doubtful, new] {
      #expect(try await journal.creations.creation(creation.id) == creation)
    }
    try await whatIsNeededStays(journal)
    _ = try await settle(doubtful, in: journal)
    try await journal.destroyKeys(ofEpoch: 1, by: "alice")
    try await nothingOfTheEpochIsLeft(journal, old, new)
    await journal.close()

    journal = try open()
    try await nothingOfTheEpochIsLeft(journal, old, new)
    #expect(
      try await journal.events(AuditQuery()).events.filter { $0.keyEpoch != nil }.map {
        "\($0.kind) \($0.keyEpoch ?? 0) \($0.origin.callerID)"
      } == ["keysDestroyed 1 alice", "keysRotated 2 alice"])
    try await theirTimeComes(journal)
    await journal.close()
  }

  private func namesAreFoundOfBothEpochs(_ journal: any TestedJournal) async throws {
    let keys = journal.operation.keys.keys
    let events = try await journal.events(AuditQuery()).events.compactMap(\.names)
    #expect(Set(events.map(\.epoch)) == [1, 2])
    for (name, epoch) in [("old", 1), ("new", 2)] {
      let hashes = Set(keys.pseudonyms(pool: .example, username: name))
      #expect(hashes.count == 2)
      let found = events.filter { hashes.contains($0.user) }
      #expect(!found.isEmpty && found.allSatisfy { $0.epoch == epoch })
      #expect(found.allSatisfy { $0.email?.count == 64 && $0.phone == nil })
    }
  }

  private func whatIsNeededStays(_ journal: any TestedJournal) async throws {
    for number in [0, 2, 3] {
      await #expect(throws: OperatorRefusal.self) {
        try await journal.destroyKeys(ofEpoch: number, by: "alice")
      }
    }
    clock.advance(by: .seconds(180))
    // A creation under way is sealed under it.
    await #expect(throws: OperatorRefusal.self) {
      try await journal.destroyKeys(ofEpoch: 1, by: "alice")
    }
    #expect(try await epochs(journal) == ["1 LIVE", "2 CURRENT"])
  }

  private func nothingOfTheEpochIsLeft(
    _ journal: any TestedJournal, _ old: Creation, _ new: Creation
  ) async throws {
    #expect(try await epochs(journal) == ["1 DESTROYED", "2 CURRENT"])
    #expect(
      try files == [
        "checkpoint-1.key", "epoch-1.destroyed", "hmac-2.key", "identity.key", "seal-2.key",
      ])
    #expect(try await journal.creations.creation(new.id) == new)
    let erased = try #require(try await journal.creations.creation(old.id))
    #expect(erased.isErased && erased.state == .succeeded && erased.createdUser == nil)
    #expect(erased.fingerprint == old.fingerprint && erased.key == old.key)
    #expect(
      erased.error(isRepeatable: true)
        == .erased(
          CreationReference(
            creationID: old.id, requestID: old.key.requestID, isRepeatable: true), executed: .yes))
    let keys = journal.operation.keys.keys
    let events = try await journal.events(AuditQuery(creationID: old.id)).events
    #expect(events.count == 2)
    #expect(
      Set(events.compactMap(\.userHash))
        .isDisjoint(with: keys.pseudonyms(pool: .example, username: "old")))
    await #expect(throws: OperatorRefusal.self) {
      try await journal.destroyKeys(ofEpoch: 1, by: "alice")
    }
  }

  /// A quarter later, and not before.
  private func theirTimeComes(_ journal: any TestedJournal) async throws {
    let administration = journal.operation.keys
    let age = Duration.seconds(90 * 24 * 3600)
    clock.advance(by: age - .seconds(3600))
    try await administration.maintain(rotatingAfter: age)
    #expect(try await epochs(journal).last == "2 CURRENT")
    clock.advance(by: .seconds(3600))
    for _ in 1...2 { try await administration.maintain(rotatingAfter: age) }
    #expect(try await epochs(journal) == ["1 DESTROYED", "2 LIVE", "3 CURRENT"])
    let made = try #require(try await journal.events(AuditQuery(pageSize: 1)).events.first)
    #expect(made.kind == .keysRotated && made.origin.authentication == .unauthenticated)
  }
}
