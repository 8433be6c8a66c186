import GRPC
import Messages
import Provisioning

/// Follows the audit trail for one caller, for as long as it may read it.
struct AuditTail: Sendable {
  /// Where the request names no interval.
  static let defaultHeartbeat = Duration.seconds(30)
  /// What it may name.
  static let heartbeats = Duration.seconds(1)...Duration.seconds(300)

  typealias Response = ProvisioningV1.TailAuditEventsResponse

  let service: AuditService
  let call: AuthenticatedCall
  let organization: String
  let heartbeat: Duration
  let clock: any WallClock
  /// The index of the next event.
  private var next: Int64
  private var organizations: Set<String>?

  /// - Throws: INVALID_ARGUMENT with everything that is wrong, or UNAVAILABLE.
  init(
    _ request: ProvisioningV1.TailAuditEventsRequest, _ service: AuditService,
    _ call: AuthenticatedCall
  ) async throws(RPCError) {
    let interval = request.heartbeatInterval.map {
      Duration.seconds($0.seconds) + .nanoseconds($0.nanos)
    }
    if let interval, !Self.heartbeats.contains(interval) {
      throw ProvisioningError.invalid([
        Violation(field: "heartbeat_interval", description: "must be 1 to 300 seconds")
      ]).rpcError
    }
    do {
      next = try await service.trail.tailStart(request.position)
    } catch {
      throw error.readerError("position", "must be a position of this journal")
    }
    self.service = service
    self.call = call
    organization = request.organization
    heartbeat = interval ?? Self.defaultHeartbeat
    clock = service.clock
    organizations = call.caller.organizations(asked: organization)
  }

  /// Ends when the task is cancelled, by the caller or by the end of the service.
  mutating func run(_ writer: RPCWriter<Response>) async throws {
    // The first response says where the stream begins.
    try await write(.heartbeat(now), to: writer)
    var lastResponse = ContinuousClock.now
    while !Task.isCancelled {
      let events: [TailedEvent]
      do {
        events = try await service.trail.tailedEvents(
          from: next, waitingUntil: lastResponse + heartbeat)
      } catch {
        throw error.readerError("position", "must be a position of this journal")
      }
      try checkGrant()
      for tailed in events {
        next = tailed.index + 1
        guard let event = tailed.event, organizations?.contains(event.organization) ?? true else {
          continue
        }
        try await write(.event(ProvisioningV1.AuditEvent(event)), to: writer)
        lastResponse = .now
      }
      if ContinuousClock.now - lastResponse >= heartbeat {
        try await write(.heartbeat(now), to: writer)
        lastResponse = .now
      }
    }
  }

  private func write(_ content: Response.Content, to writer: RPCWriter<Response>) async throws {
    try await writer.write(
      Response(position: service.trail.position(of: next), content: content))
  }

  private var now: ProvisioningV1.Heartbeat {
    let time = clock.now()
    return ProvisioningV1.Heartbeat(
      sendTime: GoogleProtobuf.Timestamp(seconds: time.seconds, nanos: time.nanoseconds))
  }

  /// A policy that came into force since may grant less.
  ///
  /// - Throws: PERMISSION_DENIED, which is recorded.
  private mutating func checkGrant() throws(RPCError) {
    let policy = service.currentPolicy()
    guard policy !== call.policy else { return }
    let caller = policy.callers.first { $0.caller.id == call.caller.id }?.caller
    guard let caller, caller.permissions.contains(.readAudit) else {
      throw service.refuse(call, .permissionMissing(.readAudit), fields: [])
    }
    guard organization.isEmpty || caller.organizations.contains(organization) else {
      throw service.refuse(call, .organizationNotGranted, fields: ["organization"])
    }
    organizations = caller.organizations(asked: organization)
  }
}

extension AuditService {
  /// Serves one tail, until its caller or the service ends it. At the end of the service its streams
  /// end when health has said that it does not serve.
  func tail(
    _ message: ReceivedMessage<ProvisioningV1.TailAuditEventsRequest>, _ call: AuthenticatedCall,
    _ writer: RPCWriter<AuditTail.Response>
  ) async throws {
    let request = message.content
    try checkOrganization(request.organization, call)
    try call.checkTexts(unreadable: message.invalidTexts, recordDenial)
    let tail = try await AuditTail(request, self, call)
    trail.record(
      AuditReading(
        .tail, by: call, organization: request.organization,
        fields: request.position.isEmpty ? [] : ["position"]))
    let watch = health.watch(Self.name)
    defer { health.remove(watch) }
    try await withThrowingTaskGroup(of: Bool.self) { tasks in
      tasks.addTask {
        var tail = tail
        try await tail.run(writer)
        return false
      }
      tasks.addTask {
        for await _ in watch.changes {}
        return true
      }
      let isDraining = try await tasks.next() ?? false
      tasks.cancelAll()
      if isDraining {
        // A reader who has stopped reading does not hold the end of the service.
        _ = try? await tasks.next()
        try await writer.cutUnread()
      }
    }
  }
}
