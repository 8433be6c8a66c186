import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite struct CosignedCheckpointTests {
  private let fixture: JournalFixture
  private let checkpoint: SignedCheckpoint

  init() throws {
    fixture = try JournalFixture()
    checkpoint = try SignedCheckpoint(
      Checkpoint(origin: "journal.example", size: 7, root: .empty),
      signedBy: [NoteSigningKey(name: "journal.example", seed: Data(repeating: 1, count: 32))])
  }

  private func kept(_ origin: String = "journal.example") -> CosignedCheckpoint {
    CosignedCheckpoint(origin: origin, directory: fixture.directory)
  }

  @Test func itIsThereAfterARestart() throws {
    #expect(try kept().newest() == nil)
    let first = kept()
    try first.keep(checkpoint)
    #expect(try first.newest() == checkpoint && kept().newest() == checkpoint)
    let path = fixture.directory + "/" + CosignedCheckpoint.fileName
    #expect(try POSIXFile.mode(of: path) == 0o600)
  }

  @Test func thatOfAnotherJournalCountsForNothing() throws {
    try kept().keep(checkpoint)
    #expect(try kept("other.example").newest() == nil)
  }

  @Test func aDamagedFileIsNotTakenForNone() throws {
    try Data("nonsense".utf8).write(
      to: URL(filePath: fixture.directory + "/" + CosignedCheckpoint.fileName))
    #expect(throws: JournalError.self) { try kept().newest() }
  }

  @Test func aJournalIsAskedAboutWithItsProof() async throws {
    let journal = try fixture.open()
    for _ in 0..<3 { try await journal.record(.started, policyDigest: "") }
    let proofs = try #require(journal.proofs)
    let first = try await proofs.witnessRequest(from: 0)
    #expect(first.body.hasPrefix("old 0\n\nprovisiond/"))
    let proof = try await proofs.consistency(from: 1, to: nil)
    let later = try await proofs.witnessRequest(from: 1)
    let head = ["old 1"] + proof.path.map { $0.bytes.base64EncodedString() }
    #expect(later.body.hasPrefix(head.joined(separator: "\n") + "\n\nprovisiond/"))
    #expect(later.checkpoint.checkpoint.size == 3)
    await #expect(throws: JournalError.self) { try await proofs.witnessRequest(from: 4) }
    await journal.close()
  }
}
