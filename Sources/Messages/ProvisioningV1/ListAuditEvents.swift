import CMessages

extension ProvisioningV1 {
  /// Which events are asked for: those that meet every condition given.
  package struct ListAuditEventsRequest: Equatable, Sendable {
    /// How many events at most, 1 to 1000.
    package var pageSize: Int32
    /// next_page_token of the page before; the conditions must be the same.
    package var pageToken: String
    /// Only events of this organization.
    package var organization: String
    /// Only events of this caller, by its id in the policy document.
    package var caller: String
    /// Only events about the user of this name; it is hashed at the door.
    package var username: String
    /// Only events of this creation, a UUID.
    package var creationID: String
    /// Only events of calls with this request_id, a UUID.
    package var requestID: String
    /// Only events of this kind.
    package var kind: AuditEventKind
    /// Only events at or after this time.
    package var startTime: GoogleProtobuf.Timestamp?
    /// Only events before this time.
    package var endTime: GoogleProtobuf.Timestamp?

    package init(
      pageSize: Int32 = 0, pageToken: String = "", organization: String = "", caller: String = "",
      username: String = "", creationID: String = "", requestID: String = "",
      kind: AuditEventKind = .unspecified, startTime: GoogleProtobuf.Timestamp? = nil,
      endTime: GoogleProtobuf.Timestamp? = nil
    ) {
      self.pageSize = pageSize
      self.pageToken = pageToken
      self.organization = organization
      self.caller = caller
      self.username = username
      self.creationID = creationID
      self.requestID = requestID
      self.kind = kind
      self.startTime = startTime
      self.endTime = endTime
    }
  }
}

extension ProvisioningV1.ListAuditEventsRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__list_audit_events_request__unpack)
}

extension ProvisioningV1.ListAuditEventsRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__ListAuditEventsRequest>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      pageSize: unsafe source.pointee.page_size,
      pageToken: unsafe reader.text(source.pointee.page_token, "\(path())page_token"),
      organization: unsafe reader.text(source.pointee.organization, "\(path())organization"),
      caller: unsafe reader.text(source.pointee.caller, "\(path())caller"),
      username: unsafe reader.text(source.pointee.username, "\(path())username"),
      creationID: unsafe reader.text(source.pointee.creation_id, "\(path())creation_id"),
      requestID: unsafe reader.text(source.pointee.request_id, "\(path())request_id"),
      kind: unsafe reader.enumeration(source.pointee.kind),
      startTime: unsafe reader.message(source.pointee.start_time, "\(path())start_time"),
      endTime: unsafe reader.message(source.pointee.end_time, "\(path())end_time"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__ListAuditEventsRequest>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__list_audit_events_request__init(target)
    unsafe target.pointee.page_size = pageSize
    unsafe target.pointee.page_token = arena.text(pageToken)
    unsafe target.pointee.organization = arena.text(organization)
    unsafe target.pointee.caller = arena.text(caller)
    unsafe target.pointee.username = arena.text(username)
    unsafe target.pointee.creation_id = arena.text(creationID)
    unsafe target.pointee.request_id = arena.text(requestID)
    unsafe target.pointee.kind = arena.enumeration(kind)
    unsafe target.pointee.start_time = arena.message(startTime)
    unsafe target.pointee.end_time = arena.message(endTime)
  }
}

extension ProvisioningV1 {
  /// One page of events.
  package struct ListAuditEventsResponse: Equatable, Sendable {
    /// Newest first.
    package var events: [AuditEvent]
    /// Token of the next page.
    package var nextPageToken: String

    package init(events: [AuditEvent] = [], nextPageToken: String = "") {
      self.events = events
      self.nextPageToken = nextPageToken
    }
  }
}

extension ProvisioningV1.ListAuditEventsResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__list_audit_events_response__unpack)
}

extension ProvisioningV1.ListAuditEventsResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__ListAuditEventsResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      events: unsafe reader.messages(
        source.pointee.n_events, source.pointee.events, "\(path())events"),
      nextPageToken: unsafe reader.text(source.pointee.next_page_token, "\(path())next_page_token")
    )
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__ListAuditEventsResponse>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__list_audit_events_response__init(target)
    unsafe (target.pointee.n_events, target.pointee.events) = arena.messages(events)
    unsafe target.pointee.next_page_token = arena.text(nextPageToken)
  }
}
