import Foundation
import Testing

@testable import Journal

@Suite("Signed notes and checkpoints")
struct SignedNoteTests {
  /// The example of C2SP signed-note.
  static let note = """
    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf\
    qdngotpRZb6KE6RyyBwJnAM=

    """
  static let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

  @Test func theSpecificationsExampleIsRead() throws {
    let note = try #require(SignedNote(Self.note))
    let key = try #require(NoteVerifierKey(Self.key))
    #expect(note.isSigned(by: key))
    #expect(note.description == Self.note)
    #expect(key.description == Self.key)
    let changed = try #require(SignedNote(Self.note.replacing("answer", with: "Answer")))
    #expect(!changed.isSigned(by: key))
  }

  @Test(arguments: [
    "", "\n", "text\n", "text\n\n", "text\n\nno signature\n", "text\n\n\u{2014} name\n",
    "text\n\n\u{2014} name AAAA\n", "text\n\n\u{2014} name !!!!\n",
    "text\n\n\u{2014} name AAAAAAAAAAAA", "text\n\n\u{2014}  AAAAAAAAAAAA\n",
  ])
  func whatIsNoSignedNoteIsRefused(text: String) {
    #expect(SignedNote(text) == nil)
  }

  @Test(arguments: [
    "", "name", "name+00000000", key.replacing("c74f20a3", with: "c74f20a4"),
    key.replacing("Peter", with: "Paul"), key.replacing("+AR", with: "+AB"), key + "A",
  ])
  func whatIsNoKeyIsRefused(text: String) {
    #expect(NoteVerifierKey(text) == nil)
  }

  @Test(arguments: [
    "", "origin\n1\n", "origin\n01\n\(root)\n", "origin\n-1\n\(root)\n", "origin\n1\nAAAA\n",
    "\n1\n\(root)\n", "origin\n1\n\(root)", "origin\n+1\n\(root)\n",
  ])
  func whatIsNoCheckpointIsRefused(text: String) {
    #expect(Checkpoint(text: text) == nil)
  }

  static let root = Data(count: 32).base64EncodedString()

  @Test func aCheckpointIsSignedAndRead() throws {
    let keys = try (1...2).map {
      try NoteSigningKey(name: "journal", seed: Data(repeating: $0, count: 32))
    }
    let checkpoint = Checkpoint(origin: "journal", size: 7, root: .leaf(Data()))
    let signed = try SignedCheckpoint(checkpoint, signedBy: keys)
    let read = try #require(SignedCheckpoint(signed.note))
    #expect(read == signed)
    #expect(keys.allSatisfy { read.isSigned(by: $0.verifier) })
    let other = try NoteSigningKey(name: "journal", seed: Data(repeating: 3, count: 32))
    #expect(!read.isSigned(by: other.verifier))
    #expect(SignedCheckpoint(String(repeating: "x", count: 20_000)) == nil)
  }
}
