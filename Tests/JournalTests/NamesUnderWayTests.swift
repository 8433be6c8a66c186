import Foundation
import Testing

@testable import Journal
@testable import Provisioning

struct NamesUnderWayTests {
  private func outcome(of creation: Creation) throws -> Creation {
    try #require(creation.step(.answered(.created()), now: creation.createTime + 9, leaseEnd: 0))
      .creation
  }

  /// Whatever is remembered, the names are those that hashing gives.
  @Test func anOutcomeHasTheNamesOfItsIntent() throws {
    let keys = JournalKeys.random
    let names = NamesUnderWay(keys: keys)
    let creations = (0..<3).map { _ in Creation.example(.example()) }
    for creation in creations {
      #expect(names.hashes(of: creation) == keys.hashes(of: creation.intent.specification))
    }
    for creation in try creations.reversed().map(outcome) {
      for _ in 1...2 {
        #expect(names.hashes(of: creation) == keys.hashes(of: creation.intent.specification))
      }
    }
  }

  @Test func anOutcomeBehindARotationHasTheNamesOfTheNewEpoch() async throws {
    let fixture = try JournalFixture()
    let journal = try fixture.open()
    let names = NamesUnderWay(keys: journal.services.keys)
    let creation = Creation.example(.example())
    #expect(names.hashes(of: creation).epoch == 1)
    _ = try await journal.rotateKeys(by: "alice")
    #expect(names.hashes(of: try outcome(of: creation)).epoch == 2)
    await journal.close()
  }
}
