package import Foundation
package import Provisioning

/// A record with the proof that it stands in the journal.
package struct RecordReceipt: Sendable {
  package let eventID: Identifier
  /// The exact bytes that the journal stores.
  package let record: Data
  package let treeIndex: Int64
  /// From the record to the root (RFC 6962, section 2.1.1).
  package let inclusionPath: [TreeHash]
  package let checkpoint: SignedCheckpoint
}

/// The proof that a journal only grew from one checkpoint to another (RFC 6962, section 2.1.2).
package struct ConsistencyProof: Sendable {
  package let path: [TreeHash]
  /// The later one.
  package let checkpoint: SignedCheckpoint
}

/// What can be proven of a journal: checkpoints, and the proofs that end in them.
package struct JournalProofs: Sendable {
  /// Between two looks for a record that has no place in the tree yet.
  private static let lookInterval = Duration.milliseconds(10)

  let reader: any TreeReader
  let signer: CheckpointSigner
  /// What a witness has cosigned.
  package let cosigned: CosignedCheckpoint
  /// Asks for the places of records that have none yet.
  let hurry: @Sendable () -> Void

  init(
    reader: any TreeReader, signer: CheckpointSigner, hurry: @escaping @Sendable () -> Void = {}
  ) {
    self.reader = reader
    self.signer = signer
    cosigned = CosignedCheckpoint(origin: signer.origin, directory: signer.directory)
    self.hurry = hurry
  }

  /// The newest one, as it stands in the journal.
  package func checkpoint() async throws(JournalError) -> SignedCheckpoint {
    try checkpoint(of: await reader.treeHead())
  }

  /// The public keys that checkpoints are signed with, the newest first.
  package var verifierKeys: [NoteVerifierKey] { signer.verifierKeys }

  /// The receipt of an event; `nil` when there is none of it, or it may not be shown.
  ///
  /// - Parameters:
  ///   - size: records of the tree that the proof ends in; `nil`: the newest tree.
  ///   - wait: how long a record is waited for that has no place in the tree yet.
  ///   - maySee: told the organization of the event.
  /// - Throws: ``JournalError/invalidQuery(_:)`` for a tree that does not have the record or is not
  ///   there yet.
  package func receipt(
    ofEvent id: Identifier, inTreeOf size: Int64? = nil, waitingAtMost wait: Duration,
    maySee: (String) -> Bool
  ) async throws(JournalError) -> RecordReceipt? {
    let record = try await sealed(within: wait) { () async throws(JournalError) in
      try await reader.record(ofEvent: id)
    }
    guard let record, let event = try record.event(), maySee(event.organization) else {
      return nil
    }
    return try await receipt(of: record, event, inTreeOf: size)
  }

  /// The receipt of the newest record of a creation; `nil` when there is none of it.
  package func receipt(
    ofCreation id: Identifier, waitingAtMost wait: Duration
  ) async throws(JournalError) -> RecordReceipt? {
    let record = try await sealed(within: wait) { () async throws(JournalError) in
      try await reader.record(ofCreation: id)
    }
    guard let record, let event = try record.event() else { return nil }
    return try await receipt(of: record, event, inTreeOf: nil)
  }

  private func sealed(
    within wait: Duration, _ find: () async throws(JournalError) -> RecordPlace
  ) async throws(JournalError) -> SealedRecord? {
    let end = ContinuousClock.now + wait
    while true {
      switch try await find() {
      case .sealed(let record): return record
      case .none: return nil
      case .pending: break
      }
      guard ContinuousClock.now < end, !Task.isCancelled else {
        throw .unavailable("the record has no place in the journal's tree yet")
      }
      hurry()
      try? await Task.sleep(for: Self.lookInterval)
    }
  }

  private func receipt(
    of record: SealedRecord, _ event: AuditEvent, inTreeOf size: Int64?
  ) async throws(JournalError) -> RecordReceipt? {
    guard let bytes = record.record else { return nil }
    let head = try await reader.treeHead()
    let size = size ?? head.size
    guard size > record.treeIndex, size <= head.size else {
      throw .invalidQuery("tree size: \(record.treeIndex + 1)...\(head.size)")
    }
    let (path, checkpoint) = try await prove(
      TreeProof.inclusion(of: record.treeIndex, inTreeOf: size), inTreeOf: size, head)
    return RecordReceipt(
      eventID: event.id, record: bytes, treeIndex: record.treeIndex, inclusionPath: path,
      checkpoint: checkpoint)
  }

  /// The proof that a tree begins with an earlier one.
  ///
  /// - Parameters:
  ///   - first: records of the earlier tree.
  ///   - second: records of the later one; `nil`: the newest tree.
  /// - Throws: ``JournalError/invalidQuery(_:)`` for trees that are not there.
  package func consistency(
    from first: Int64, to second: Int64?
  ) async throws(JournalError) -> ConsistencyProof {
    let head = try await reader.treeHead()
    let second = second ?? head.size
    guard first >= 1, first <= second, second <= head.size else {
      throw .invalidQuery("tree sizes: 1...\(head.size)")
    }
    let (path, checkpoint) = try await prove(
      TreeProof.consistency(from: first, to: second), inTreeOf: second, head)
    return ConsistencyProof(path: path, checkpoint: checkpoint)
  }

  private func prove(
    _ ranges: [Range<Int64>], inTreeOf size: Int64, _ head: TreeHead
  ) async throws(JournalError) -> ([TreeHash], SignedCheckpoint) {
    let tiles = try await reader.tiles(
      TreeTiles.needed(for: ranges + [0..<size]), inTreeOf: size)
    do {
      let path = try ranges.map { try tiles.hash(of: $0) }
      if size == head.size { return (path, try checkpoint(of: head)) }
      return (path, try signer.sign(size: size, root: try tiles.hash(of: 0..<size)))
    } catch let error as JournalError {
      throw error
    } catch {
      throw .unavailable("the journal's tree is damaged, or no checkpoint can be signed")
    }
  }

  private func checkpoint(of head: TreeHead) throws(JournalError) -> SignedCheckpoint {
    guard let checkpoint = SignedCheckpoint(head.note) else {
      throw .unavailable("the journal's checkpoint is damaged")
    }
    return checkpoint
  }
}
