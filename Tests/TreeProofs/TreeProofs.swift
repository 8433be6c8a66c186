import Foundation
import Journal

/// Prints every proof of the trees over a list of records, for verifiers of other makers.
///
/// Reads a leaf hash in base64 from each line of standard input. Writes one JSON line for each tree
/// that these records have come to, one after the other: its root, the inclusion path of every record,
/// and the consistency path of every earlier tree.
@main struct TreeProofs {
  /// Hashes are base64.
  struct Line: Encodable {
    var root: Data
    var inclusion: [[Data]]
    var consistency: [[Data]]
  }

  struct NotALeaf: Error {}

  static func main() throws {
    var leaves: [TreeHash] = []
    var nodes: [TreeNode] = []
    var frontier = TreeFrontier()
    while let line = readLine() {
      guard let leaf = Data(base64Encoded: line).flatMap(TreeHash.init) else { throw NotALeaf() }
      leaves.append(leaf)
      frontier.append(leaf) { nodes.append($0) }
      let size = frontier.size
      let tiles = tiles(of: size, leaves, nodes)
      func path(_ ranges: [Range<Int64>]) throws -> [Data] {
        try ranges.map { try tiles.hash(of: $0).bytes }
      }
      let proofs = Line(
        root: frontier.root.bytes,
        inclusion: try (0..<size).map {
          try path(TreeProof.inclusion(of: $0, inTreeOf: size))
        },
        consistency: try (1...size).map {
          try path(TreeProof.consistency(from: $0, to: size))
        })
      FileHandle.standardOutput.write(try JSONEncoder().encode(proofs) + [UInt8(ascii: "\n")])
    }
  }

  /// All tiles of a tree, as a store has them.
  static func tiles(of size: Int64, _ leaves: [TreeHash], _ nodes: [TreeNode]) -> TreeTiles {
    let all = TreeTiles.needed(for: (0..<size).map { $0..<$0 + 1 } + [0..<size])
    return TreeTiles(
      Dictionary(
        uniqueKeysWithValues: all.map { tile in
          let range = tile.hashes(inTreeOf: size)
          let hashes =
            tile.level == 0
            ? Array(leaves[Int(range.lowerBound)..<Int(range.upperBound)])
            : nodes.filter { $0.level == tile.level && range.contains($0.position) }.map(\.hash)
          return (tile, hashes)
        }))
  }
}
