import CMessages

extension ProvisioningV1 {
  /// One record of the audit trail.
  package struct AuditEvent: Equatable, Sendable {
    /// UUID of the event.
    package var eventID: String
    /// What happened.
    package var kind: AuditEventKind
    /// When it was recorded, by the service's clock, to the microsecond.
    package var eventTime: GoogleProtobuf.Timestamp?
    /// How long the upstream call took, to the microsecond.
    package var duration: GoogleProtobuf.Duration?
    /// UUID of the creation.
    package var creationID: String
    /// The idempotency key of the call: the caller's, or the one that the service made.
    package var requestID: String
    /// Id of the caller in the policy document.
    package var caller: String
    /// How the caller proved who it is.
    package var callerAuthentication: CallerAuthentication
    /// The metadata x-on-behalf-of of the call: at most 128 printable ASCII characters, recorded as
    /// it came, never trusted.
    package var onBehalfOf: String
    /// Address of the peer, without its port.
    package var peer: String
    /// The organization that the call named.
    package var organization: String
    /// `UserPoolId` of the API. Empty when the call was refused before a pool was chosen.
    package var userPoolID: String
    /// AWS Region of the pool, e.g. "eu-west-1".
    package var region: String
    /// Digest of the policy document that was in force.
    package var policyDigest: String
    /// What the policy changed in the request.
    package var policyDecisions: [PolicyDecision]
    /// Keyed hash (HMAC-SHA256) of pool and user name, in lower-case hexadecimal.
    package var userHash: String
    /// The user's immutable id in the pool, by which CloudTrail names it.
    package var sub: String
    /// What became of the invitation.
    package var invitation: Invitation?
    /// What the upstream said.
    package var upstream: UpstreamTrace?
    /// Why it failed or was denied, in UPPER_SNAKE_CASE as in google.rpc.ErrorInfo.
    package var reason: String
    /// Paths of the fields that a denial is about, e.g. "user_attributes[3].value", or names of the
    /// conditions that a query of the trail had.
    package var fields: [String]
    /// How many denials or readings this event stands for; 0 for an event that stands for itself.
    package var count: UInt64
    /// Keyed hash (HMAC-SHA256) of pool and e-mail address, in lower-case hexadecimal.
    package var emailHash: String
    /// Keyed hash (HMAC-SHA256) of pool and phone number, in lower-case hexadecimal.
    package var phoneHash: String
    /// The key epoch of the hashes, or the one that the event is about; 0 for none.
    package var keyEpoch: UInt64

    package init(
      eventID: String = "", kind: AuditEventKind = .unspecified,
      eventTime: GoogleProtobuf.Timestamp? = nil, duration: GoogleProtobuf.Duration? = nil,
      creationID: String = "", requestID: String = "", caller: String = "",
      callerAuthentication: CallerAuthentication = .unspecified, onBehalfOf: String = "",
      peer: String = "", organization: String = "", userPoolID: String = "", region: String = "",
      policyDigest: String = "", policyDecisions: [PolicyDecision] = [], userHash: String = "",
      sub: String = "", invitation: Invitation? = nil, upstream: UpstreamTrace? = nil,
      reason: String = "", fields: [String] = [], count: UInt64 = 0,
      emailHash: String = "", phoneHash: String = "", keyEpoch: UInt64 = 0
    ) {
      self.eventID = eventID
      self.kind = kind
      self.eventTime = eventTime
      self.duration = duration
      self.creationID = creationID
      self.requestID = requestID
      self.caller = caller
      self.callerAuthentication = callerAuthentication
      self.onBehalfOf = onBehalfOf
      self.peer = peer
      self.organization = organization
      self.userPoolID = userPoolID
      self.region = region
      self.policyDigest = policyDigest
      self.policyDecisions = policyDecisions
      self.userHash = userHash
      self.sub = sub
      self.invitation = invitation
      self.upstream = upstream
      self.reason = reason
      self.fields = fields
      self.count = count
      self.emailHash = emailHash
      self.phoneHash = phoneHash
      self.keyEpoch = keyEpoch
    }
  }
}

extension ProvisioningV1.AuditEvent: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__audit_event__unpack)
}

extension ProvisioningV1.AuditEvent: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__AuditEvent>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      eventID: unsafe reader.text(source.pointee.event_id, "\(path())event_id"),
      kind: unsafe reader.enumeration(source.pointee.kind),
      eventTime: unsafe reader.message(source.pointee.event_time, "\(path())event_time"),
      duration: unsafe reader.message(source.pointee.duration, "\(path())duration"),
      creationID: unsafe reader.text(source.pointee.creation_id, "\(path())creation_id"),
      requestID: unsafe reader.text(source.pointee.request_id, "\(path())request_id"),
      caller: unsafe reader.text(source.pointee.caller, "\(path())caller"),
      callerAuthentication: unsafe reader.enumeration(source.pointee.caller_authentication),
      onBehalfOf: unsafe reader.text(source.pointee.on_behalf_of, "\(path())on_behalf_of"),
      peer: unsafe reader.text(source.pointee.peer, "\(path())peer"),
      organization: unsafe reader.text(source.pointee.organization, "\(path())organization"),
      userPoolID: unsafe reader.text(source.pointee.user_pool_id, "\(path())user_pool_id"),
      region: unsafe reader.text(source.pointee.region, "\(path())region"),
      policyDigest: unsafe reader.text(source.pointee.policy_digest, "\(path())policy_digest"),
      policyDecisions: unsafe reader.messages(
        source.pointee.n_policy_decisions, source.pointee.policy_decisions,
        "\(path())policy_decisions"),
      userHash: unsafe reader.text(source.pointee.user_hash, "\(path())user_hash"),
      sub: unsafe reader.text(source.pointee.sub, "\(path())sub"),
      invitation: unsafe reader.message(source.pointee.invitation, "\(path())invitation"),
      upstream: unsafe reader.message(source.pointee.upstream, "\(path())upstream"),
      reason: unsafe reader.text(source.pointee.reason, "\(path())reason"),
      fields: unsafe reader.texts(
        source.pointee.n_fields, source.pointee.fields, "\(path())fields"),
      count: unsafe source.pointee.count,
      emailHash: unsafe reader.text(source.pointee.email_hash, "\(path())email_hash"),
      phoneHash: unsafe reader.text(source.pointee.phone_hash, "\(path())phone_hash"),
      keyEpoch: unsafe source.pointee.key_epoch)
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__AuditEvent>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__audit_event__init(target)
    unsafe target.pointee.event_id = arena.text(eventID)
    unsafe target.pointee.kind = arena.enumeration(kind)
    unsafe target.pointee.event_time = arena.message(eventTime)
    unsafe target.pointee.duration = arena.message(duration)
    unsafe target.pointee.creation_id = arena.text(creationID)
    unsafe target.pointee.request_id = arena.text(requestID)
    unsafe target.pointee.caller = arena.text(caller)
    unsafe target.pointee.caller_authentication = arena.enumeration(callerAuthentication)
    unsafe target.pointee.on_behalf_of = arena.text(onBehalfOf)
    unsafe target.pointee.peer = arena.text(peer)
    unsafe target.pointee.organization = arena.text(organization)
    unsafe target.pointee.user_pool_id = arena.text(userPoolID)
    unsafe target.pointee.region = arena.text(region)
    unsafe target.pointee.policy_digest = arena.text(policyDigest)
    unsafe (target.pointee.n_policy_decisions, target.pointee.policy_decisions) = arena.messages(
      policyDecisions)
    unsafe target.pointee.user_hash = arena.text(userHash)
    unsafe target.pointee.sub = arena.text(sub)
    unsafe target.pointee.invitation = arena.message(invitation)
    unsafe target.pointee.upstream = arena.message(upstream)
    unsafe target.pointee.reason = arena.text(reason)
    unsafe (target.pointee.n_fields, target.pointee.fields) = arena.texts(fields)
    unsafe target.pointee.count = count
    unsafe target.pointee.email_hash = arena.text(emailHash)
    unsafe target.pointee.phone_hash = arena.text(phoneHash)
    unsafe target.pointee.key_epoch = keyEpoch
  }
}

extension ProvisioningV1 {
  /// What an audit event tells.
  package enum AuditEventKind: ProtobufEnum {
    /// Not known; as a filter: any.
    case unspecified
    /// The user stands in the user pool.
    case created
    /// An invitation was sent again.
    case resent
    /// The upstream or the way to it refused; no user was created.
    case failed
    /// The answer was lost: the user may exist.
    case inDoubt
    /// Refused by the service; nothing was sent.
    case denied
    /// A creation is about to reach the upstream; its outcome is another event.
    case intended
    /// The user of a creation in doubt was found, and that creation made it.
    case reconciledCreated
    /// The user of a creation in doubt does not exist.
    case reconciledAbsent
    /// The user of a creation in doubt exists, but that creation did not make it.
    case existsForeign
    /// No verdict was found on a creation in doubt.
    case unresolved
    /// An operator gave the verdict on a creation in doubt.
    case operatorResolved
    /// The service is about to serve.
    case started
    /// The service was told to stop, and has served its last call.
    case stopped
    /// Events were listed, or one of them was asked for.
    case auditQueried
    /// A reader began to follow the trail.
    case auditTailed
    /// The trail was exported.
    case auditExported
    /// Another policy document came into force.
    case policyChanged
    /// The journal's keys of a new epoch were made.
    case keysRotated
    /// The keys of an epoch were destroyed.
    case keysDestroyed
    /// What the journal kept of a creation for replay was erased.
    case erased
    /// The bodies of old records were removed, and their hashes stay.
    case recordsExpired
    /// An operator copied the journal.
    case backedUp
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      switch number {
      case 0: self = .unspecified
      case 1: self = .created
      case 2: self = .resent
      case 3: self = .failed
      case 4: self = .inDoubt
      case 5: self = .denied
      case 6: self = .intended
      case 7: self = .reconciledCreated
      case 8: self = .reconciledAbsent
      case 9: self = .existsForeign
      case 10: self = .unresolved
      case 11: self = .operatorResolved
      case 12: self = .started
      case 13: self = .stopped
      case 14: self = .auditQueried
      case 15: self = .auditTailed
      case 16: self = .auditExported
      case 17: self = .policyChanged
      case 18: self = .keysRotated
      case 19: self = .keysDestroyed
      case 20: self = .erased
      case 21: self = .recordsExpired
      case 22: self = .backedUp
      default: self = .unrecognized(number)
      }
    }

    package var number: Int32 {
      switch self {
      case .unspecified: 0
      case .created: 1
      case .resent: 2
      case .failed: 3
      case .inDoubt: 4
      case .denied: 5
      case .intended: 6
      case .reconciledCreated: 7
      case .reconciledAbsent: 8
      case .existsForeign: 9
      case .unresolved: 10
      case .operatorResolved: 11
      case .started: 12
      case .stopped: 13
      case .auditQueried: 14
      case .auditTailed: 15
      case .auditExported: 16
      case .policyChanged: 17
      case .keysRotated: 18
      case .keysDestroyed: 19
      case .erased: 20
      case .recordsExpired: 21
      case .backedUp: 22
      case .unrecognized(let number): number
      }
    }
  }
}

extension ProvisioningV1 {
  /// How a caller proved who it is.
  package enum CallerAuthentication: ProtobufEnum {
    /// Not known.
    case unspecified
    /// Not at all: the policy document has an anonymous caller.
    case anonymous
    /// By a bearer token that the policy document has the hash of.
    case token
    /// By a client certificate.
    case mtls
    /// By a signed JSON Web Token.
    case jwt
    /// Not a caller: an operator of the service, by a command on its machine.
    case `operator`
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      switch number {
      case 0: self = .unspecified
      case 1: self = .anonymous
      case 2: self = .token
      case 3: self = .mtls
      case 4: self = .jwt
      case 5: self = .operator
      default: self = .unrecognized(number)
      }
    }

    package var number: Int32 {
      switch self {
      case .unspecified: 0
      case .anonymous: 1
      case .token: 2
      case .mtls: 3
      case .jwt: 4
      case .operator: 5
      case .unrecognized(let number): number
      }
    }
  }
}

extension ProvisioningV1 {
  /// What the upstream said of a call, for the join with CloudTrail.
  package struct UpstreamTrace: Equatable, Sendable {
    /// `x-amzn-RequestId`
    package var requestID: String
    /// HTTP status of the answer.
    package var httpStatus: Int32
    /// The error type, e.g. `UsernameExistsException`; empty for a success.
    package var errorType: String

    package init(requestID: String = "", httpStatus: Int32 = 0, errorType: String = "") {
      self.requestID = requestID
      self.httpStatus = httpStatus
      self.errorType = errorType
    }
  }
}

extension ProvisioningV1.UpstreamTrace: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__upstream_trace__unpack)
}

extension ProvisioningV1.UpstreamTrace: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__UpstreamTrace>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      requestID: unsafe reader.text(source.pointee.request_id, "\(path())request_id"),
      httpStatus: unsafe source.pointee.http_status,
      errorType: unsafe reader.text(source.pointee.error_type, "\(path())error_type"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__UpstreamTrace>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__upstream_trace__init(target)
    unsafe target.pointee.request_id = arena.text(requestID)
    unsafe target.pointee.http_status = httpStatus
    unsafe target.pointee.error_type = arena.text(errorType)
  }
}
