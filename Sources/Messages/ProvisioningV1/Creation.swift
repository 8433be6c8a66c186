import CMessages

extension ProvisioningV1 {
  /// A creation as the journal has it.
  package struct Creation: Equatable, Sendable {
    /// UUID of the creation.
    package var creationID: String
    /// The caller's idempotency key, or the one that the service made.
    package var requestID: String
    /// The organization it was made for.
    package var organization: String
    /// How far it came.
    package var state: CreationState
    /// What the verdict on a creation in doubt rests on.
    package var evidence: Evidence
    /// When its intent was recorded.
    package var createTime: GoogleProtobuf.Timestamp?
    /// When its state last changed.
    package var updateTime: GoogleProtobuf.Timestamp?
    /// The answer, where the user was created and the answer is still kept.
    package var response: CreateUserResponse?
    /// The error, where it ended in one.
    package var error: GoogleRPC.Status?
    /// The audit record of the outcome with its proof, once it is sealed.
    package var receipt: Receipt?

    package init(
      creationID: String = "", requestID: String = "", organization: String = "",
      state: CreationState = .unspecified, evidence: Evidence = .unspecified,
      createTime: GoogleProtobuf.Timestamp? = nil, updateTime: GoogleProtobuf.Timestamp? = nil,
      response: CreateUserResponse? = nil, error: GoogleRPC.Status? = nil, receipt: Receipt? = nil
    ) {
      self.creationID = creationID
      self.requestID = requestID
      self.organization = organization
      self.state = state
      self.evidence = evidence
      self.createTime = createTime
      self.updateTime = updateTime
      self.response = response
      self.error = error
      self.receipt = receipt
    }
  }
}

extension ProvisioningV1.Creation: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: provisioning__v1__creation__unpack)
}

extension ProvisioningV1.Creation: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__Creation>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      creationID: unsafe reader.text(source.pointee.creation_id, "\(path())creation_id"),
      requestID: unsafe reader.text(source.pointee.request_id, "\(path())request_id"),
      organization: unsafe reader.text(source.pointee.organization, "\(path())organization"),
      state: unsafe reader.enumeration(source.pointee.state),
      evidence: unsafe reader.enumeration(source.pointee.evidence),
      createTime: unsafe reader.message(source.pointee.create_time, "\(path())create_time"),
      updateTime: unsafe reader.message(source.pointee.update_time, "\(path())update_time"),
      response: unsafe reader.message(source.pointee.response, "\(path())response"),
      error: unsafe reader.message(source.pointee.error, "\(path())error"),
      receipt: unsafe reader.message(source.pointee.receipt, "\(path())receipt"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__Creation>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__creation__init(target)
    unsafe target.pointee.creation_id = arena.text(creationID)
    unsafe target.pointee.request_id = arena.text(requestID)
    unsafe target.pointee.organization = arena.text(organization)
    unsafe target.pointee.state = arena.enumeration(state)
    unsafe target.pointee.evidence = arena.enumeration(evidence)
    unsafe target.pointee.create_time = arena.message(createTime)
    unsafe target.pointee.update_time = arena.message(updateTime)
    unsafe target.pointee.response = arena.message(response)
    unsafe target.pointee.error = arena.message(error)
    unsafe target.pointee.receipt = arena.message(receipt)
  }
}

extension ProvisioningV1 {
  /// State of a creation.
  package enum CreationState: ProtobufEnum {
    /// Not known.
    case unspecified
    /// The intent is recorded; the call may be on its way.
    case intent
    /// The user was created.
    case succeeded
    /// Refused, or known not to have been executed.
    case failed
    /// The answer was lost: the user may exist.
    case unknown
    /// The answer was lost; the user was found, and this creation made it.
    case reconciledCreated
    /// The answer was lost; the user does not exist.
    case reconciledAbsent
    /// The answer was lost; the user exists, but this creation did not make it.
    case existsForeign
    /// No verdict could be found.
    case unresolved
    /// An operator gave the verdict.
    case operatorResolved
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      switch number {
      case 0: self = .unspecified
      case 1: self = .intent
      case 2: self = .succeeded
      case 3: self = .failed
      case 4: self = .unknown
      case 5: self = .reconciledCreated
      case 6: self = .reconciledAbsent
      case 7: self = .existsForeign
      case 8: self = .unresolved
      case 9: self = .operatorResolved
      default: self = .unrecognized(number)
      }
    }

    package var number: Int32 {
      switch self {
      case .unspecified: 0
      case .intent: 1
      case .succeeded: 2
      case .failed: 3
      case .unknown: 4
      case .reconciledCreated: 5
      case .reconciledAbsent: 6
      case .existsForeign: 7
      case .unresolved: 8
      case .operatorResolved: 9
      case .unrecognized(let number): number
      }
    }
  }
}

extension ProvisioningV1 {
  /// What shows that a creation made a user whose answer was lost, strongest first.
  package enum Evidence: ProtobufEnum {
    /// None was needed or found.
    case unspecified
    /// An attribute of the user holds the creation's id.
    case markerAttribute
    /// The service generated the user's name.
    case generatedUsername
    /// The user was created while the call was under way, with the same attributes.
    case createTimeAndAttributes
    /// An operator said so.
    case `operator`
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      switch number {
      case 0: self = .unspecified
      case 1: self = .markerAttribute
      case 2: self = .generatedUsername
      case 3: self = .createTimeAndAttributes
      case 4: self = .operator
      default: self = .unrecognized(number)
      }
    }

    package var number: Int32 {
      switch self {
      case .unspecified: 0
      case .markerAttribute: 1
      case .generatedUsername: 2
      case .createTimeAndAttributes: 3
      case .operator: 4
      case .unrecognized(let number): number
      }
    }
  }
}
