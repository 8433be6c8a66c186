import Crypto
import Foundation

@testable import Journal

/// The definitions of RFC 6962 (sections 2.1, 2.1.1, 2.1.2) and the checks of RFC 9162 (2.1.3.2,
/// 2.1.4.2), word by word, over all leaves.
enum MerkleTreeModel {
  static func leaves(_ count: Int) -> [TreeHash] {
    (0..<count).map { .leaf(Data("record \($0)".utf8)) }
  }

  static func root(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
    guard leaves.count > 1 else { return leaves.first ?? .empty }
    let middle = leaves.startIndex + split(leaves.count)
    return .node(root(leaves[..<middle]), root(leaves[middle...]))
  }

  private static func split(_ count: Int) -> Int {
    var size = 1
    while size * 2 < count { size *= 2 }
    return size
  }

  static func isIncluded(
    _ leaf: TreeHash, at index: Int, of size: Int, path: [TreeHash], root: TreeHash
  ) -> Bool {
    var (node, last, hash) = (index, size - 1, leaf)
    for step in path {
      guard last != 0 else { return false }
      if node & 1 == 1 || node == last {
        hash = .node(step, hash)
        while node & 1 == 0, node != 0 { (node, last) = (node >> 1, last >> 1) }
      } else {
        hash = .node(hash, step)
      }
      (node, last) = (node >> 1, last >> 1)
    }
    return last == 0 && hash == root
  }

  static func isConsistent(
    _ first: Int, _ firstRoot: TreeHash, _ second: Int, _ secondRoot: TreeHash, path: [TreeHash]
  ) -> Bool {
    if first == second { return path.isEmpty && firstRoot == secondRoot }
    var steps = path[...]
    if first & (first - 1) == 0 { steps = [firstRoot] + steps }
    var (node, last) = (first - 1, second - 1)
    while node & 1 == 1 { (node, last) = (node >> 1, last >> 1) }
    guard let start = steps.first else { return false }
    var (firstHash, secondHash) = (start, start)
    for step in steps.dropFirst() {
      guard last != 0 else { return false }
      if node & 1 == 1 || node == last {
        (firstHash, secondHash) = (.node(step, firstHash), .node(step, secondHash))
        while node & 1 == 0, node != 0 { (node, last) = (node >> 1, last >> 1) }
      } else {
        secondHash = .node(secondHash, step)
      }
      (node, last) = (node >> 1, last >> 1)
    }
    return last == 0 && firstHash == firstRoot && secondHash == secondRoot
  }
}

/// A tree as a store has it: tiles only.
struct TiledTree {
  private(set) var leaves: [TreeHash] = []
  private(set) var nodes: [TreeNode] = []
  private(set) var frontier = TreeFrontier()

  init(_ leaves: [TreeHash]) {
    for leaf in leaves {
      self.leaves.append(leaf)
      frontier.append(leaf) { nodes.append($0) }
    }
  }

  /// What a store would read.
  func tiles(for ranges: [Range<Int64>], inTreeOf size: Int64) -> TreeTiles {
    var hashes: [TreeTile: [TreeHash]] = [:]
    for tile in TreeTiles.needed(for: ranges) {
      let range = tile.hashes(inTreeOf: size)
      hashes[tile] =
        tile.level == 0
        ? Array(leaves[Int(range.lowerBound)..<Int(range.upperBound)])
        : nodes.filter { $0.level == tile.level && range.contains($0.position) }.map(\.hash)
    }
    return TreeTiles(hashes)
  }
}
