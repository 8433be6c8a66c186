import CMessages

extension ProvisioningV1 {
  /// Which event is asked for.
  package struct GetAuditEventRequest: Equatable, Sendable {
    /// UUID of the event.
    package var eventID: String

    package init(eventID: String = "") {
      self.eventID = eventID
    }
  }
}

extension ProvisioningV1.GetAuditEventRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_audit_event_request__unpack)
}

extension ProvisioningV1.GetAuditEventRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetAuditEventRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      eventID: unsafe reader.text(source.pointee.event_id, "\(path())event_id"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetAuditEventRequest>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_audit_event_request__init(target)
    unsafe target.pointee.event_id = arena.text(eventID)
  }
}

extension ProvisioningV1 {
  /// One event.
  package struct GetAuditEventResponse: Equatable, Sendable {
    /// The event.
    package var event: AuditEvent?

    package init(event: AuditEvent? = nil) {
      self.event = event
    }
  }
}

extension ProvisioningV1.GetAuditEventResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_audit_event_response__unpack)
}

extension ProvisioningV1.GetAuditEventResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetAuditEventResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      event: unsafe reader.message(source.pointee.event, "\(path())event"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetAuditEventResponse>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_audit_event_response__init(target)
    unsafe target.pointee.event = arena.message(event)
  }
}
