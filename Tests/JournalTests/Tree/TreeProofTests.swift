import Foundation
import Testing

@testable import Journal

@Suite("Proofs over tiles", .timeLimit(.minutes(5)))
struct TreeProofTests {
  /// Across the first tiles of level 0, and the first of level 1.
  static let sizes: [Int] = [1, 2, 3, 7, 8, 255, 256, 257, 511, 513, 700]

  @Test(arguments: sizes)
  func theFrontierGivesTheRootOfTheRFC(size: Int) throws {
    let leaves = MerkleTreeModel.leaves(size)
    let tree = TiledTree(leaves)
    #expect(tree.frontier.root == MerkleTreeModel.root(leaves[...]))
    #expect(TreeFrontier(size: Int64(size), bytes: tree.frontier.bytes) == tree.frontier)
    #expect(tree.nodes.count == size / 256)
  }

  @Test func noRecordsHaveTheHashOfNothing() {
    #expect(
      hexadecimal(TreeFrontier().root.bytes)
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(TreeFrontier(size: 0, bytes: Data()) == TreeFrontier())
    #expect(TreeFrontier(size: 3, bytes: Data(count: 32)) == nil)
  }

  @Test(arguments: sizes)
  func everyRecordIsProven(size: Int) throws {
    let leaves = MerkleTreeModel.leaves(size)
    let tree = TiledTree(leaves)
    for index in 0..<size {
      let ranges = TreeProof.inclusion(of: Int64(index), inTreeOf: Int64(size))
      let tiles = tree.tiles(for: ranges, inTreeOf: Int64(size))
      let path = try ranges.map { try tiles.hash(of: $0) }
      #expect(
        MerkleTreeModel.isIncluded(
          leaves[index], at: index, of: size, path: path, root: tree.frontier.root))
    }
  }

  @Test(arguments: sizes)
  func everyEarlierTreeIsProven(size: Int) throws {
    let leaves = MerkleTreeModel.leaves(size)
    let tree = TiledTree(leaves)
    var earlier = TreeFrontier()
    for first in 1...size {
      earlier.append(leaves[first - 1]) { _ in }
      let ranges = TreeProof.consistency(from: Int64(first), to: Int64(size))
      let whole = 0..<Int64(first)
      let tiles = tree.tiles(for: ranges + [whole], inTreeOf: Int64(size))
      let path = try ranges.map { try tiles.hash(of: $0) }
      #expect(try tiles.hash(of: whole) == earlier.root)
      #expect(try tiles.frontier(ofTreeOf: Int64(first)) == earlier)
      #expect(
        MerkleTreeModel.isConsistent(
          first, earlier.root, size, tree.frontier.root, path: path))
    }
  }

  /// 65,536 records fill a tile of level 1, whose root is of level 2.
  @Test func aLargeTreeIsProvenFromItsUpperTiles() throws {
    let leaves = MerkleTreeModel.leaves(66_000)
    let tree = TiledTree(leaves)
    #expect(tree.nodes.contains { $0.level == 2 && $0.position == 0 })
    for index in [0, 255, 256, 40_000, 65_535, 65_536, 65_999] {
      let ranges = TreeProof.inclusion(of: Int64(index), inTreeOf: 66_000)
      let tiles = tree.tiles(for: ranges, inTreeOf: 66_000)
      #expect(
        MerkleTreeModel.isIncluded(
          leaves[index], at: index, of: 66_000, path: try ranges.map { try tiles.hash(of: $0) },
          root: tree.frontier.root))
    }
  }

  @Test func aMissingHashIsNoticed() {
    let tiles = TreeTiles([TreeTile(level: 0, position: 0): MerkleTreeModel.leaves(3)])
    #expect(throws: TreeTiles.Missing.self) { try tiles.hash(of: 0..<4) }
    #expect(throws: TreeTiles.Missing.self) { try tiles.hash(of: 0..<512) }
  }
}
