import CMessages

extension ProvisioningV1 {
  /// From where the trail is followed.
  package struct TailAuditEventsRequest: Equatable, Sendable {
    /// `position` of the last response that was seen; the stream goes on behind it.
    package var position: String
    /// Only events of this organization.
    package var organization: String
    /// Time between heartbeats when nothing happens.
    package var heartbeatInterval: GoogleProtobuf.Duration?

    package init(
      position: String = "", organization: String = "",
      heartbeatInterval: GoogleProtobuf.Duration? = nil
    ) {
      self.position = position
      self.organization = organization
      self.heartbeatInterval = heartbeatInterval
    }
  }
}

extension ProvisioningV1.TailAuditEventsRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__tail_audit_events_request__unpack)
}

extension ProvisioningV1.TailAuditEventsRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__TailAuditEventsRequest>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      position: unsafe reader.text(source.pointee.position, "\(path())position"),
      organization: unsafe reader.text(source.pointee.organization, "\(path())organization"),
      heartbeatInterval: unsafe reader.message(
        source.pointee.heartbeat_interval, "\(path())heartbeat_interval"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__TailAuditEventsRequest>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__tail_audit_events_request__init(target)
    unsafe target.pointee.position = arena.text(position)
    unsafe target.pointee.organization = arena.text(organization)
    unsafe target.pointee.heartbeat_interval = arena.message(heartbeatInterval)
  }
}

extension ProvisioningV1 {
  /// An event, or a sign of life.
  package struct TailAuditEventsResponse: Equatable, Sendable {
    /// What came.
    package enum Content: Equatable, Sendable {
      /// An event.
      case event(AuditEvent)
      /// Nothing happened since the last response.
      case heartbeat(Heartbeat)
    }

    /// Where the stream stands behind this response.
    package var position: String
    /// What came.
    package var content: Content?

    package init(position: String = "", content: Content? = nil) {
      self.position = position
      self.content = content
    }
  }
}

extension ProvisioningV1.TailAuditEventsResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__tail_audit_events_response__unpack)
}

extension ProvisioningV1.TailAuditEventsResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__TailAuditEventsResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      position: unsafe reader.text(source.pointee.position, "\(path())position"),
      content: unsafe Self.content(source, &reader, path))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__TailAuditEventsResponse>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__tail_audit_events_response__init(target)
    unsafe target.pointee.position = arena.text(position)
    switch content {
    case .event(let event):
      unsafe target.pointee.content_case =
        PROVISIONING__V1__TAIL_AUDIT_EVENTS_RESPONSE__CONTENT_EVENT
      unsafe target.pointee.event = arena.message(event)
    case .heartbeat(let heartbeat):
      unsafe target.pointee.content_case =
        PROVISIONING__V1__TAIL_AUDIT_EVENTS_RESPONSE__CONTENT_HEARTBEAT
      unsafe target.pointee.heartbeat = arena.message(heartbeat)
    case nil: break
    }
  }

  private static func content(
    _ source: UnsafePointer<Provisioning__V1__TailAuditEventsResponse>,
    _ reader: inout MessageReader, _ path: () -> String
  ) -> Content? {
    switch unsafe source.pointee.content_case {
    case PROVISIONING__V1__TAIL_AUDIT_EVENTS_RESPONSE__CONTENT_EVENT:
      unsafe reader.message(source.pointee.event, "\(path())event").map { .event($0) }
    case PROVISIONING__V1__TAIL_AUDIT_EVENTS_RESPONSE__CONTENT_HEARTBEAT:
      unsafe reader.message(source.pointee.heartbeat, "\(path())heartbeat").map { .heartbeat($0) }
    default: nil
    }
  }
}

extension ProvisioningV1 {
  /// A sign of life of a stream on which nothing happens.
  package struct Heartbeat: Equatable, Sendable {
    /// When it was sent, by the service's clock.
    package var sendTime: GoogleProtobuf.Timestamp?

    package init(sendTime: GoogleProtobuf.Timestamp? = nil) {
      self.sendTime = sendTime
    }
  }
}

extension ProvisioningV1.Heartbeat: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__heartbeat__unpack)
}

extension ProvisioningV1.Heartbeat: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__Heartbeat>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      sendTime: unsafe reader.message(source.pointee.send_time, "\(path())send_time"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__Heartbeat>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__heartbeat__init(target)
    unsafe target.pointee.send_time = arena.message(sendTime)
  }
}
