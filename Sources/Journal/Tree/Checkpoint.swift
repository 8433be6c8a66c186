import Foundation

/// What a journal commits itself to: the number of its records and the root of the tree over them, in
/// the format of C2SP tlog-checkpoint.
package struct Checkpoint: Equatable, Sendable {
  /// The name of the journal, which no other journal has.
  package let origin: String
  /// Records in the tree.
  package let size: Int64
  package let root: TreeHash

  package init(origin: String, size: Int64, root: TreeHash) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Reads the text under a checkpoint's signatures; lines behind the third are extensions.
  init?(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 4, !lines[0].isEmpty, let size = Int64(lines[1]), size >= 0,
      lines[1] == String(size), let root = Data(base64Encoded: lines[2]).flatMap(TreeHash.init)
    else { return nil }
    self.init(origin: lines[0], size: size, root: root)
  }

  var text: String { "\(origin)\n\(size)\n\(root.bytes.base64EncodedString())\n" }
}

/// A checkpoint as it is handed out: a signed note.
package struct SignedCheckpoint: Equatable, Sendable {
  /// Far more than one with its signatures has: what comes in a file is bounded.
  package static let lengthLimit = 16_384

  package let checkpoint: Checkpoint
  package let note: String

  init(_ checkpoint: Checkpoint, signedBy keys: [NoteSigningKey]) throws {
    self.checkpoint = checkpoint
    var note = SignedNote(text: checkpoint.text)
    for key in keys { try note.sign(key) }
    self.note = note.description
  }

  /// `nil` for a text that is no signed checkpoint. Its signatures are not looked at.
  package init?(_ note: String) {
    guard note.utf8.count <= Self.lengthLimit, let signed = SignedNote(note),
      let checkpoint = Checkpoint(text: signed.text)
    else { return nil }
    self.checkpoint = checkpoint
    self.note = note
  }

  /// Whether this witness has cosigned it.
  package func isCosigned(by key: NoteVerifierKey) -> Bool {
    SignedNote(note)?.cosignatures(of: key).isEmpty == false
  }

  package func isSigned(by key: NoteVerifierKey) -> Bool {
    SignedNote(note)?.isSigned(by: key) == true
  }
}
