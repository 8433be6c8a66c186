import Foundation

/// The newest state of a journal's tree, as the table `tree_head` has it: one row.
struct TreeHead: Equatable, Sendable {
  static let columns: [Column] = [
    .integer("tree_size"), .bytes("root_hash"), .bytes("frontier"), .integer("hlc_us"),
    .text("note"),
  ]

  var frontier: TreeFrontier
  var root: TreeHash
  /// `hlc_us` of the last record; 0 before the first.
  var lastTime: Int64
  /// The signed checkpoint of this state.
  var note: String

  /// Of a journal without records.
  static func first(signedBy signer: CheckpointSigner) throws -> TreeHead {
    try TreeHead(TreeFrontier(), lastTime: 0, signedBy: signer)
  }

  fileprivate init(
    _ frontier: TreeFrontier, lastTime: Int64, signedBy signer: CheckpointSigner
  ) throws {
    self.frontier = frontier
    self.lastTime = lastTime
    root = frontier.root
    note = try signer.sign(size: frontier.size, root: root).note
  }

  var size: Int64 { frontier.size }

  init(from reader: inout some ColumnReader) throws {
    let size = try reader.integer().present()
    root = try TreeHash(reader.bytes().present()).present()
    frontier = try TreeFrontier(size: size, bytes: reader.bytes().present()).present()
    lastTime = try reader.integer().present()
    note = try reader.text().present()
  }

  func write(to writer: inout some ColumnWriter) {
    writer.add(size)
    writer.add(root.bytes)
    writer.add(frontier.bytes)
    writer.add(lastTime)
    writer.add(note)
  }
}

/// Puts records behind those of a tree.
struct TreeAppender {
  private var frontier: TreeFrontier
  private var lastTime: Int64
  /// Tiles that were filled.
  private(set) var completed: [TreeNode] = []

  init(_ head: TreeHead) {
    frontier = head.frontier
    lastTime = head.lastTime
  }

  /// Begins with the first record.
  init() {
    frontier = TreeFrontier()
    lastTime = 0
  }

  /// Records in the tree.
  var size: Int64 { frontier.size }

  /// - Parameter time: by the clock of the replica that wrote the record, in microseconds of the Unix
  ///   epoch.
  /// - Returns: the record's time in the order of the tree: later than that of the record before it,
  ///   and not before its own.
  mutating func append(_ leafHash: Data, at time: Int64) throws -> Int64 {
    let leaf = try TreeHash(leafHash).present()
    frontier.append(leaf) { completed.append($0) }
    lastTime = max(lastTime + 1, time)
    return lastTime
  }

  var root: TreeHash { frontier.root }

  /// Whether the tree is that of this head.
  func hasCome(to head: TreeHead) -> Bool {
    frontier == head.frontier && frontier.root == head.root && lastTime == head.lastTime
  }

  func head(signedBy signer: CheckpointSigner) throws -> TreeHead {
    try TreeHead(frontier, lastTime: lastTime, signedBy: signer)
  }
}
