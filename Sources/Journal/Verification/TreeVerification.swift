import Foundation

/// Builds the tree over the records anew, and holds what the journal has of it against that.
struct TreeVerification {
  typealias Finding = JournalVerification.Finding

  private let origin: String
  private let keys: [NoteVerifierKey]
  private let anchor: Checkpoint?
  private var tree = TreeAppender()
  private var examinedNodes = 0

  /// - Parameters:
  ///   - keys: that may sign the journal's checkpoint; none: its signatures are not looked at.
  ///   - anchor: a checkpoint of this journal that somebody holds.
  init(origin: String, keys: [NoteVerifierKey], anchor: Checkpoint?) throws(Finding) {
    self.origin = origin
    self.keys = keys
    self.anchor = anchor
    if let anchor, anchor.origin != origin {
      throw Finding(
        entry: "checkpoint", problem: "of another journal: \(anchor.origin), not \(origin)")
    }
    try compareWithAnchor()
  }

  var size: Int64 { tree.size }
  var root: TreeHash { tree.root }

  /// Appends a record that was found sound by itself.
  mutating func append(_ record: ExaminedRecord, _ source: some VerificationSource) throws {
    let entry = JournalVerification.name(of: record)
    guard let time = record.time,
      try tree.append(record.leafHash, at: record.wallTime ?? time) == time
    else { throw Finding(entry: entry, problem: "I8: its time does not follow from the record's") }
    for node in tree.completed[examinedNodes...] {
      guard try source.node(level: node.level, position: node.position) == node.hash else {
        let count = Int64(1) << Int64(node.level * TreeTile.height)
        let first = node.position * count
        throw Finding(
          entry: "records at index \(first) to \(first + count - 1)",
          problem: "the tree has another hash for them")
      }
    }
    examinedNodes = tree.completed.count
    try compareWithAnchor()
  }

  private func compareWithAnchor() throws(Finding) {
    guard let anchor, anchor.size == tree.size, anchor.root != tree.root else { return }
    throw Finding(
      entry: "checkpoint of \(anchor.size) records",
      problem: "the records below index \(anchor.size) are not those that it was made of")
  }

  /// - Parameter head: of the journal, once all its records were appended.
  func finish(with head: TreeHead) throws(Finding) {
    guard head.size == tree.size else {
      throw Finding(
        entry: "record at index \(min(head.size, tree.size))",
        problem: head.size > tree.size ? "missing" : "not in the tree")
    }
    guard tree.hasCome(to: head), head.root == tree.root else {
      throw Finding(
        entry: "tree of \(head.size) records", problem: "not what the records come to")
    }
    let expected = Checkpoint(origin: origin, size: head.size, root: head.root)
    guard let signed = SignedCheckpoint(head.note), signed.checkpoint == expected else {
      throw Finding(
        entry: "checkpoint of the journal", problem: "not that of its \(head.size) records")
    }
    guard keys.isEmpty || keys.contains(where: signed.isSigned) else {
      throw Finding(
        entry: "checkpoint of the journal", problem: "signed by none of the given keys")
    }
    if let anchor, anchor.size > tree.size {
      throw Finding(
        entry: "checkpoint of \(anchor.size) records",
        problem:
          "only \(tree.size) are there: the record at index \(tree.size) and those behind it "
          + "were removed, or an older copy was restored")
    }
  }
}
