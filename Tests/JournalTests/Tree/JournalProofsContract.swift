import Foundation
import Testing

@testable import Journal
@testable import Provisioning

/// What every journal proves of itself, whatever database it is in.
struct JournalProofsContract {
  static let wait = Duration.seconds(30)

  let journal: any AuditTrail & DenialLog
  let proofs: JournalProofs
  let creations: any CreationStore

  init(_ journal: SQLiteJournal) throws {
    self.journal = journal
    proofs = try #require(journal.proofs)
    creations = journal.creations
  }

  init(_ journal: PostgreSQLJournal) throws {
    self.journal = journal
    proofs = try #require(journal.proofs)
    creations = journal.creations
  }

  private func write(_ count: Int) async throws -> [Identifier] {
    var ids: [Identifier] = []
    for _ in 0..<count {
      let creation = Creation.example(.example())
      #expect(try await creations.write(.init(from: nil, creation: creation)) == .written)
      ids.append(creation.id)
    }
    return ids
  }

  private func isTrue(_ receipt: RecordReceipt) -> Bool {
    let checkpoint = receipt.checkpoint.checkpoint
    return MerkleTreeModel.isIncluded(
      .leaf(receipt.record), at: Int(receipt.treeIndex), of: Int(checkpoint.size),
      path: receipt.inclusionPath, root: checkpoint.root)
      && proofs.verifierKeys.contains { receipt.checkpoint.isSigned(by: $0) }
  }

  func everyRecordIsFollowedOnceAndInOrder() async throws {
    let reader = proofs.reader
    #expect(try await reader.sealedSize() == 0)
    #expect(try await reader.records(from: 0, limit: 10).isEmpty)
    let ids = try await write(7)
    try await until { try await reader.sealedSize() == 7 }
    var followed: [SealedRecord] = []
    while followed.count < 7 {
      let page = try await reader.records(from: Int64(followed.count), limit: 3)
      #expect(page.count == min(3, 7 - followed.count))
      followed += page
    }
    #expect(followed.map(\.treeIndex) == Array(0..<7))
    #expect(try followed.map { try $0.event()?.creationID } == ids)
    #expect(followed.allSatisfy { $0.record.map(JournalRecord.leafHash(of:)) == $0.leafHash })
  }

  func receiptsAndProofsAreTrue() async throws {
    let ids = try await write(5)
    var receipts: [RecordReceipt] = []
    for id in ids {
      receipts.append(
        try #require(await proofs.receipt(ofCreation: id, waitingAtMost: Self.wait)))
    }
    #expect(receipts.allSatisfy(isTrue))
    let newest = try await proofs.checkpoint()
    #expect(newest.checkpoint.size == 5)
    let early = try #require(
      await proofs.receipt(
        ofEvent: receipts[1].eventID, inTreeOf: 3, waitingAtMost: .zero
      ) { $0 == "acme" })
    #expect(isTrue(early) && early.checkpoint.checkpoint.size == 3)
    for (first, second) in [(1, 5), (3, 5), (2, 4), (5, 5)] as [(Int64, Int64)] {
      let proof = try await proofs.consistency(from: first, to: second == 5 ? nil : second)
      let earlier = try await proofs.consistency(from: first, to: first).checkpoint.checkpoint
      let later = proof.checkpoint.checkpoint
      #expect(
        MerkleTreeModel.isConsistent(
          Int(earlier.size), earlier.root, Int(later.size), later.root, path: proof.path))
    }
  }

  func whatCannotBeProvenIsRefused() async throws {
    let ids = try await write(2)
    let receipt = try #require(
      await proofs.receipt(ofCreation: ids[1], waitingAtMost: Self.wait))
    for size in [1, 3] as [Int64] {
      await #expect(throws: JournalError.invalidQuery("tree size: 2...2")) {
        try await proofs.receipt(
          ofEvent: receipt.eventID, inTreeOf: size, waitingAtMost: .zero
        ) { _ in true }
      }
    }
    for (first, second) in [(0, 1), (2, 1), (1, 3), (3, nil)] as [(Int64, Int64?)] {
      await #expect(throws: JournalError.invalidQuery("tree sizes: 1...2")) {
        try await proofs.consistency(from: first, to: second)
      }
    }
    let hidden = try await proofs.receipt(
      ofEvent: receipt.eventID, waitingAtMost: .zero
    ) { _ in false }
    #expect(hidden == nil)
    let unknown = try await proofs.receipt(ofEvent: .random, waitingAtMost: .zero) { _ in true }
    #expect(unknown == nil)
  }
}

@Suite("What a journal in SQLite proves", .timeLimit(.minutes(5)))
struct SQLiteProofsTests {
  @Test(
    arguments: [
      { try await $0.everyRecordIsFollowedOnceAndInOrder() },
      { try await $0.receiptsAndProofsAreTrue() },
      { try await $0.whatCannotBeProvenIsRefused() },
    ] as [@Sendable (JournalProofsContract) async throws -> Void])
  func theContractIsKept(part: @Sendable (JournalProofsContract) async throws -> Void) async throws
  {
    let fixture = try JournalFixture()
    let journal = try fixture.open()
    try await part(try JournalProofsContract(journal))
    await journal.close()
  }
}

@Suite("What a journal in PostgreSQL proves", .timeLimit(.minutes(2)))
struct PostgreSQLProofsTests {
  @Test(
    arguments: [
      { try await $0.everyRecordIsFollowedOnceAndInOrder() },
      { try await $0.receiptsAndProofsAreTrue() },
      { try await $0.whatCannotBeProvenIsRefused() },
    ] as [@Sendable (JournalProofsContract) async throws -> Void])
  func theContractIsKept(part: @Sendable (JournalProofsContract) async throws -> Void) async throws
  {
    let fixture = try PostgreSQLFixture()
    let journal = try fixture.open()
    try await part(try JournalProofsContract(journal))
    await journal.close()
  }
}
