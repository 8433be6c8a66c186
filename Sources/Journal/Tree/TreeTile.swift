/// Up to 256 neighbouring hashes of one level, as they are stored and read together (as in C2SP
/// tlog-tiles). Those of level 0 belong to records; one of level n + 1 is the root of a full tile of
/// level n.
package struct TreeTile: Hashable, Sendable {
  /// Levels of the binary tree between two levels of tiles.
  static let height = 8
  /// Hashes of a full tile.
  static let width: Int64 = 256

  package var level: Int
  package var position: Int64

  /// Which hashes of its level a tree of some size has in this tile.
  package func hashes(inTreeOf size: Int64) -> Range<Int64> {
    let first = position * Self.width
    let complete = size >> Int64(level * Self.height)
    return first..<max(first, min(first + Self.width, complete))
  }
}

/// A complete subtree: 2^height records, beginning at a multiple of that.
struct Subtree: Hashable, Sendable {
  var height: Int
  var position: Int64

  /// The complete subtrees of a range, from left to right. The range begins at 0, or at a multiple of
  /// a power of two that is not less than its length.
  static func all(of records: Range<Int64>) -> [Subtree] {
    var subtrees: [Subtree] = []
    var first = records.lowerBound
    while first < records.upperBound {
      let height = Int64.bitWidth - 1 - (records.upperBound - first).leadingZeroBitCount
      subtrees.append(Subtree(height: height, position: first >> Int64(height)))
      first += 1 << Int64(height)
    }
    return subtrees
  }

  /// The tile that its root is made from.
  var tile: TreeTile {
    TreeTile(
      level: height / TreeTile.height,
      position: (position << Int64(height % TreeTile.height)) / TreeTile.width)
  }

  /// How often the hashes of that tile are paired to come to its root.
  var heightInTile: Int { height % TreeTile.height }

  /// Which of the hashes it is that this comes to.
  var positionInTile: Int { Int(position % (TreeTile.width >> Int64(heightInTile))) }
}

/// Hashes of a tree that were read for a proof.
package struct TreeTiles: Sendable {
  /// A tile that is not there, or has too few hashes.
  package struct Missing: Error {}

  /// Of each tile its hashes, those of its pairs, those of their pairs and so on.
  private let rows: [TreeTile: [[TreeHash]]]

  package init(_ hashes: [TreeTile: [TreeHash]]) {
    rows = hashes.mapValues { hashes in
      var rows = [hashes]
      while rows[rows.count - 1].count > 1 {
        let row = rows[rows.count - 1]
        rows.append(
          stride(from: 0, to: row.count - 1, by: 2).map { .node(row[$0], row[$0 + 1]) })
      }
      return rows
    }
  }

  /// What has to be read to know the hashes of these ranges.
  package static func needed(for ranges: [Range<Int64>]) -> Set<TreeTile> {
    Set(ranges.flatMap { Subtree.all(of: $0).map(\.tile) })
  }

  /// MTH of RFC 6962, section 2.1, of a range of records.
  package func hash(of records: Range<Int64>) throws(Missing) -> TreeHash {
    var hash: TreeHash?
    for subtree in Subtree.all(of: records).reversed() {
      let left = try self.hash(of: subtree)
      hash = hash.map { .node(left, $0) } ?? left
    }
    return hash ?? .empty
  }

  func frontier(ofTreeOf size: Int64) throws(Missing) -> TreeFrontier {
    var subtrees: [TreeHash] = []
    for subtree in Subtree.all(of: 0..<size) { subtrees.append(try hash(of: subtree)) }
    guard let frontier = TreeFrontier(size: size, subtrees: subtrees) else { throw Missing() }
    return frontier
  }

  private func hash(of subtree: Subtree) throws(Missing) -> TreeHash {
    let (height, position) = (subtree.heightInTile, subtree.positionInTile)
    guard let rows = rows[subtree.tile], height < rows.count, position < rows[height].count else {
      throw Missing()
    }
    return rows[height][position]
  }
}
