import Foundation

/// The root of a full tile: of 256, 65,536 … neighbouring records. It never changes again.
package struct TreeNode: Equatable, Sendable {
  /// From 1: the hashes of level 0 are those of the records.
  package var level: Int
  package var position: Int64
  package var hash: TreeHash

  static let columns: [Column] = [.integer("level"), .integer("position"), .bytes("hash")]

  func write(to writer: inout some ColumnWriter) {
    writer.add(Int64(level))
    writer.add(position)
    writer.add(hash.bytes)
  }
}

/// The right edge of a tree: the roots of its complete subtrees, the largest first. It is all that is
/// needed to append a record and to know the root.
package struct TreeFrontier: Equatable, Sendable {
  /// Records in the tree.
  package private(set) var size: Int64 = 0
  private var subtrees: [TreeHash] = []

  package init() {}

  /// `nil` unless the bytes are the hashes of as many subtrees as a tree of this size has.
  init?(size: Int64, bytes: Data) {
    guard size >= 0, bytes.count == size.nonzeroBitCount * TreeHash.byteCount else { return nil }
    self.size = size
    var rest = bytes
    while !rest.isEmpty {
      guard let hash = TreeHash(Data(rest.prefix(TreeHash.byteCount))) else { return nil }
      subtrees.append(hash)
      rest = rest.dropFirst(TreeHash.byteCount)
    }
  }

  /// - Parameter subtrees: the largest first, as many as a tree of this size has.
  init?(size: Int64, subtrees: [TreeHash]) {
    guard size >= 0, subtrees.count == size.nonzeroBitCount else { return nil }
    self.size = size
    self.subtrees = subtrees
  }

  /// The hashes, one behind the other.
  var bytes: Data { subtrees.reduce(into: Data()) { $0.append($1.bytes) } }

  package var root: TreeHash {
    guard var root = subtrees.last else { return .empty }
    for subtree in subtrees.dropLast().reversed() { root = .node(subtree, root) }
    return root
  }

  /// Puts a record behind the others.
  ///
  /// - Parameter complete: told of each tile that the record fills.
  package mutating func append(_ leaf: TreeHash, complete: (TreeNode) throws -> Void) rethrows {
    var hash = leaf
    var height = 0
    // Each one at the end of the size's binary digits is a subtree that gets its right half now.
    while size >> Int64(height) & 1 == 1 {
      hash = .node(subtrees.removeLast(), hash)
      height += 1
      if height % TreeTile.height == 0 {
        try complete(
          TreeNode(level: height / TreeTile.height, position: size >> Int64(height), hash: hash))
      }
    }
    subtrees.append(hash)
    size += 1
  }
}
