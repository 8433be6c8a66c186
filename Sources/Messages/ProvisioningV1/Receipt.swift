import CMessages

extension ProvisioningV1 {
  /// Proof that an audit record stands in the journal: the record's own bytes, the way from its
  /// leaf to a tree head (RFC 6962, section 2.1.1), and that tree head, signed.
  package struct Receipt: Equatable, Sendable {
    /// Id of the audit event, for AuditService.GetAuditEvent.
    package var eventID: String
    /// The exact bytes that the journal stores.
    package var record: [UInt8]
    /// Position of the record in the tree, from 0.
    package var leafIndex: UInt64
    /// Hashes of the siblings from the leaf to the root, 32 bytes each.
    package var inclusionPath: [[UInt8]]
    /// The tree head that the path ends in.
    package var checkpoint: Checkpoint?

    package init(
      eventID: String = "", record: [UInt8] = [], leafIndex: UInt64 = 0,
      inclusionPath: [[UInt8]] = [], checkpoint: Checkpoint? = nil
    ) {
      self.eventID = eventID
      self.record = record
      self.leafIndex = leafIndex
      self.inclusionPath = inclusionPath
      self.checkpoint = checkpoint
    }
  }
}

extension ProvisioningV1.Receipt: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: provisioning__v1__receipt__unpack)
}

extension ProvisioningV1.Receipt: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__Receipt>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      eventID: unsafe reader.text(source.pointee.event_id, "\(path())event_id"),
      record: unsafe reader.bytes(source.pointee.record),
      leafIndex: unsafe source.pointee.leaf_index,
      inclusionPath: unsafe reader.byteStrings(
        source.pointee.n_inclusion_path, source.pointee.inclusion_path),
      checkpoint: unsafe reader.message(source.pointee.checkpoint, "\(path())checkpoint"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__Receipt>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__receipt__init(target)
    unsafe target.pointee.event_id = arena.text(eventID)
    unsafe target.pointee.record = arena.bytes(record)
    unsafe target.pointee.leaf_index = leafIndex
    unsafe (target.pointee.n_inclusion_path, target.pointee.inclusion_path) = arena.byteStrings(
      inclusionPath)
    unsafe target.pointee.checkpoint = arena.message(checkpoint)
  }
}

extension ProvisioningV1 {
  /// A signed tree head of the journal (C2SP tlog-checkpoint).
  package struct Checkpoint: Equatable, Sendable {
    /// Name of the journal: the first line of the signed note.
    package var origin: String
    /// Number of records in the tree.
    package var treeSize: UInt64
    /// Root of the Merkle tree over these records, 32 bytes.
    package var rootHash: [UInt8]
    /// The checkpoint as a C2SP signed note with its Ed25519 signatures.
    package var signedNote: String

    package init(
      origin: String = "", treeSize: UInt64 = 0, rootHash: [UInt8] = [], signedNote: String = ""
    ) {
      self.origin = origin
      self.treeSize = treeSize
      self.rootHash = rootHash
      self.signedNote = signedNote
    }
  }
}

extension ProvisioningV1.Checkpoint: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__checkpoint__unpack)
}

extension ProvisioningV1.Checkpoint: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__Checkpoint>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      origin: unsafe reader.text(source.pointee.origin, "\(path())origin"),
      treeSize: unsafe source.pointee.tree_size,
      rootHash: unsafe reader.bytes(source.pointee.root_hash),
      signedNote: unsafe reader.text(source.pointee.signed_note, "\(path())signed_note"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__Checkpoint>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__checkpoint__init(target)
    unsafe target.pointee.origin = arena.text(origin)
    unsafe target.pointee.tree_size = treeSize
    unsafe target.pointee.root_hash = arena.bytes(rootHash)
    unsafe target.pointee.signed_note = arena.text(signedNote)
  }
}
