import Crypto
import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite struct CosignatureTests {
  private let witness = TestWitness()
  private let checkpoint: SignedCheckpoint
  private let request: WitnessRequest
  private let root = TreeHash.empty

  init() throws {
    checkpoint = try SignedCheckpoint(
      Checkpoint(origin: "journal.example", size: 7, root: root),
      signedBy: [NoteSigningKey(name: "journal.example", seed: Data(repeating: 1, count: 32))])
    request = WitnessRequest(old: 3, path: [root, root], checkpoint: checkpoint)
  }

  private var text: String { checkpoint.checkpoint.text }

  @Test func theRequestIsThatOfTheSpecification() {
    let hash = root.bytes.base64EncodedString()
    #expect(request.body == "old 3\n\(hash)\n\(hash)\n\n\(checkpoint.note)")
    let first = WitnessRequest(old: 0, path: [], checkpoint: checkpoint)
    #expect(first.body == "old 0\n\n\(checkpoint.note)")
  }

  @Test func aCosignatureIsKeptUnderTheJournalsSignatures() throws {
    let key = try #require(witness.verifier)
    let line = try witness.cosign(text, at: 1_800_000_000)
    let stranger = try TestWitness("other.example").cosign(text, at: 1)
    let cosigned = try #require(request.cosigned(by: stranger + line + stranger, key: key))
    #expect(cosigned.note == checkpoint.note + line)
    #expect(cosigned.isCosigned(by: key) && !checkpoint.isCosigned(by: key))
    #expect(cosigned.checkpoint == checkpoint.checkpoint)
  }

  @Test func whatTheWitnessHasNotSignedIsNoCosignature() throws {
    let key = try #require(witness.verifier)
    let namesake = TestWitness()
    let answers = [
      "", "\n", "no signature\n", try witness.cosign(text, at: 1, signedTime: 2),
      try witness.cosign(text, at: -1), try witness.cosign(text + "extension\n", at: 1),
      try namesake.cosign(text, at: 1), String(try witness.cosign(text, at: 1).dropLast()),
      "\u{2014} \(witness.name) AAAAAAAAAAAA\n",
    ]
    for answer in answers { #expect(request.cosigned(by: answer, key: key) == nil, "\(answer)") }
  }

  /// The keys of notes and of cosignatures are told apart by their ids.
  @Test func aKeyOfNotesIsNoWitnesss() {
    let notes = TestWitness("journal.example", .note)
    #expect(NoteVerifierKey(notes.key) != nil)
    #expect(NoteVerifierKey(notes.key, .cosignature) == nil)
    #expect(NoteVerifierKey(witness.key) == nil)
    #expect(witness.verifier?.description == witness.key)
  }
}
