import Foundation
package import Provisioning

/// What a witness is asked: to cosign a checkpoint that only grew from the last one that it has seen
/// (C2SP tlog-witness, `add-checkpoint`).
package struct WitnessRequest: Sendable {
  package let checkpoint: SignedCheckpoint
  /// As it is sent: the old size, the proof, an empty line and the checkpoint.
  package let body: String

  /// - Parameters:
  ///   - old: records of the tree that the witness has seen last; 0 for none.
  ///   - path: from that tree to the checkpoint's; empty for equal trees and for none.
  init(old: Int64, path: [TreeHash], checkpoint: SignedCheckpoint) {
    self.checkpoint = checkpoint
    let lines = ["old \(old)"] + path.map { $0.bytes.base64EncodedString() }
    body = lines.joined(separator: "\n") + "\n\n" + checkpoint.note
  }

  /// The checkpoint with the witness's cosignatures; those of other keys are left out.
  ///
  /// - Parameter answer: lines of signatures.
  /// - Returns: `nil` where none is this witness's.
  package func cosigned(by answer: String, key: NoteVerifierKey) -> SignedCheckpoint? {
    guard let asked = SignedNote(checkpoint.note), let given = SignedNote(checkpoint.note + answer)
    else { return nil }
    let cosignatures = given.cosignatures(of: key)
    guard !cosignatures.isEmpty else { return nil }
    return SignedCheckpoint(asked.adding(cosignatures).description)
  }
}

extension JournalProofs {
  /// What a witness is asked about the newest checkpoint.
  ///
  /// - Parameter old: records of the tree that it has seen last; 0 for none.
  /// - Throws: ``JournalError/invalidQuery(_:)`` for a tree that the journal does not have.
  package func witnessRequest(from old: Int64) async throws(JournalError) -> WitnessRequest {
    guard old > 0 else {
      return WitnessRequest(old: 0, path: [], checkpoint: try await checkpoint())
    }
    let proof = try await consistency(from: old, to: nil)
    return WitnessRequest(old: old, path: proof.path, checkpoint: proof.checkpoint)
  }
}
