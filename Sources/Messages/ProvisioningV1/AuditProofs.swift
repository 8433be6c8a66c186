import CMessages

extension ProvisioningV1 {
  /// Asks for the newest tree head.
  package struct GetCheckpointRequest: Equatable, Sendable {
    package init() {}
  }
}

extension ProvisioningV1.GetCheckpointRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_checkpoint_request__unpack)
}

extension ProvisioningV1.GetCheckpointRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetCheckpointRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init()
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetCheckpointRequest>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_checkpoint_request__init(target)
  }
}

extension ProvisioningV1 {
  /// The newest tree head.
  package struct GetCheckpointResponse: Equatable, Sendable {
    /// The tree head, signed.
    package var checkpoint: Checkpoint?
    /// The newest one that the journal's witness has cosigned.
    package var cosignedCheckpoint: Checkpoint?

    package init(checkpoint: Checkpoint? = nil, cosignedCheckpoint: Checkpoint? = nil) {
      self.checkpoint = checkpoint
      self.cosignedCheckpoint = cosignedCheckpoint
    }
  }
}

extension ProvisioningV1.GetCheckpointResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_checkpoint_response__unpack)
}

extension ProvisioningV1.GetCheckpointResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetCheckpointResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      checkpoint: unsafe reader.message(source.pointee.checkpoint, "\(path())checkpoint"),
      cosignedCheckpoint: unsafe reader.message(
        source.pointee.cosigned_checkpoint, "\(path())cosigned_checkpoint"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetCheckpointResponse>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_checkpoint_response__init(target)
    unsafe target.pointee.checkpoint = arena.message(checkpoint)
    unsafe target.pointee.cosigned_checkpoint = arena.message(cosignedCheckpoint)
  }
}

extension ProvisioningV1 {
  /// Which event's record is to be proven.
  package struct GetInclusionProofRequest: Equatable, Sendable {
    /// UUID of the event.
    package var eventID: String
    /// Number of records of the tree head that the proof shall end in.
    package var treeSize: UInt64

    package init(eventID: String = "", treeSize: UInt64 = 0) {
      self.eventID = eventID
      self.treeSize = treeSize
    }
  }
}

extension ProvisioningV1.GetInclusionProofRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_inclusion_proof_request__unpack)
}

extension ProvisioningV1.GetInclusionProofRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetInclusionProofRequest>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      eventID: unsafe reader.text(source.pointee.event_id, "\(path())event_id"),
      treeSize: unsafe source.pointee.tree_size)
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetInclusionProofRequest>,
    _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_inclusion_proof_request__init(target)
    unsafe target.pointee.event_id = arena.text(eventID)
    unsafe target.pointee.tree_size = treeSize
  }
}

extension ProvisioningV1 {
  /// The proof that a record stands in the journal.
  package struct GetInclusionProofResponse: Equatable, Sendable {
    /// The record, its way to the root, and the signed tree head.
    package var receipt: Receipt?

    package init(receipt: Receipt? = nil) {
      self.receipt = receipt
    }
  }
}

extension ProvisioningV1.GetInclusionProofResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_inclusion_proof_response__unpack)
}

extension ProvisioningV1.GetInclusionProofResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetInclusionProofResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      receipt: unsafe reader.message(source.pointee.receipt, "\(path())receipt"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetInclusionProofResponse>,
    _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_inclusion_proof_response__init(target)
    unsafe target.pointee.receipt = arena.message(receipt)
  }
}

extension ProvisioningV1 {
  /// Between which two tree heads append-only is to be proven.
  package struct GetConsistencyProofRequest: Equatable, Sendable {
    /// Number of records of the earlier tree head.
    package var firstTreeSize: UInt64
    /// Number of records of the later tree head, not below the first.
    package var secondTreeSize: UInt64

    package init(firstTreeSize: UInt64 = 0, secondTreeSize: UInt64 = 0) {
      self.firstTreeSize = firstTreeSize
      self.secondTreeSize = secondTreeSize
    }
  }
}

extension ProvisioningV1.GetConsistencyProofRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_consistency_proof_request__unpack)
}

extension ProvisioningV1.GetConsistencyProofRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetConsistencyProofRequest>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      firstTreeSize: unsafe source.pointee.first_tree_size,
      secondTreeSize: unsafe source.pointee.second_tree_size)
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetConsistencyProofRequest>,
    _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_consistency_proof_request__init(target)
    unsafe target.pointee.first_tree_size = firstTreeSize
    unsafe target.pointee.second_tree_size = secondTreeSize
  }
}

extension ProvisioningV1 {
  /// The proof that a later tree head only appended to an earlier one (RFC 6962, section 2.1.2).
  package struct GetConsistencyProofResponse: Equatable, Sendable {
    /// Hashes of the proof, 32 bytes each.
    package var consistencyPath: [[UInt8]]
    /// The later tree head, signed.
    package var checkpoint: Checkpoint?

    package init(consistencyPath: [[UInt8]] = [], checkpoint: Checkpoint? = nil) {
      self.consistencyPath = consistencyPath
      self.checkpoint = checkpoint
    }
  }
}

extension ProvisioningV1.GetConsistencyProofResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_consistency_proof_response__unpack)
}

extension ProvisioningV1.GetConsistencyProofResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetConsistencyProofResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      consistencyPath: unsafe reader.byteStrings(
        source.pointee.n_consistency_path, source.pointee.consistency_path),
      checkpoint: unsafe reader.message(source.pointee.checkpoint, "\(path())checkpoint"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetConsistencyProofResponse>,
    _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_consistency_proof_response__init(target)
    unsafe (target.pointee.n_consistency_path, target.pointee.consistency_path) =
      arena.byteStrings(consistencyPath)
    unsafe target.pointee.checkpoint = arena.message(checkpoint)
  }
}
