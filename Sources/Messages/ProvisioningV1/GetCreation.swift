import CMessages

extension ProvisioningV1 {
  /// Which creation a caller asks after: by exactly one of its two ids.
  package struct GetCreationRequest: Equatable, Sendable {
    /// creation_id of an answer, an error or the trailer x-creation-id.
    package var creationID: String
    /// The caller's own request_id.
    package var requestID: String
    /// How long to wait for a verdict on a creation that is under way or in doubt.
    package var wait: GoogleProtobuf.Duration?

    package init(
      creationID: String = "", requestID: String = "", wait: GoogleProtobuf.Duration? = nil
    ) {
      self.creationID = creationID
      self.requestID = requestID
      self.wait = wait
    }
  }
}

extension ProvisioningV1.GetCreationRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_creation_request__unpack)
}

extension ProvisioningV1.GetCreationRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetCreationRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      creationID: unsafe reader.text(source.pointee.creation_id, "\(path())creation_id"),
      requestID: unsafe reader.text(source.pointee.request_id, "\(path())request_id"),
      wait: unsafe reader.message(source.pointee.wait, "\(path())wait"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetCreationRequest>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_creation_request__init(target)
    unsafe target.pointee.creation_id = arena.text(creationID)
    unsafe target.pointee.request_id = arena.text(requestID)
    unsafe target.pointee.wait = arena.message(wait)
  }
}

extension ProvisioningV1 {
  /// What became of a creation.
  package struct GetCreationResponse: Equatable, Sendable {
    /// The creation.
    package var creation: Creation?

    package init(creation: Creation? = nil) {
      self.creation = creation
    }
  }
}

extension ProvisioningV1.GetCreationResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_creation_response__unpack)
}

extension ProvisioningV1.GetCreationResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetCreationResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      creation: unsafe reader.message(source.pointee.creation, "\(path())creation"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetCreationResponse>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_creation_response__init(target)
    unsafe target.pointee.creation = arena.message(creation)
  }
}
