import Foundation

/// Looks, before anything is served on top of it, whether the head of a journal's tree is what its
/// hashes come to, is signed by us, and reaches the checkpoint that an operator holds.
struct TreeHeadVerification {
  /// What is wrong with a journal.
  struct Damage: Error, Equatable {
    let reason: String
  }

  let signer: CheckpointSigner
  let anchor: SignedCheckpoint?

  /// What ``run(on:tiles:)`` looks at.
  func tiles(of head: TreeHead) -> Set<TreeTile> {
    var ranges = [0..<head.size]
    if let anchor, anchor.checkpoint.size <= head.size { ranges.append(0..<anchor.checkpoint.size) }
    return TreeTiles.needed(for: ranges)
  }

  func run(on head: TreeHead, tiles: TreeTiles) throws {
    guard let frontier = try? tiles.frontier(ofTreeOf: head.size) else {
      throw Damage(reason: "a part of its tree is missing")
    }
    guard frontier == head.frontier, frontier.root == head.root else {
      throw Damage(reason: "the head of its tree is not what its records come to")
    }
    guard let signed = SignedCheckpoint(head.note),
      signed.checkpoint == Checkpoint(origin: signer.origin, size: head.size, root: head.root),
      signer.verifierKeys.contains(where: signed.isSigned)
    else { throw Damage(reason: "its checkpoint is not signed with a key of its folder") }
    try anchor.map { try compare(head, tiles, with: $0.checkpoint) }
  }

  private func compare(_ head: TreeHead, _ tiles: TreeTiles, with anchor: Checkpoint) throws {
    guard anchor.origin == signer.origin else {
      throw Damage(reason: "the anchor is the checkpoint of another journal, \(anchor.origin)")
    }
    guard anchor.size <= head.size else {
      throw Damage(
        reason: "it has \(head.size) records, and its anchor \(anchor.size): "
          + "records were removed, or an older copy was restored")
    }
    guard (try? tiles.hash(of: 0..<anchor.size)) == anchor.root else {
      throw Damage(reason: "its first \(anchor.size) records are not those of its anchor")
    }
  }
}
