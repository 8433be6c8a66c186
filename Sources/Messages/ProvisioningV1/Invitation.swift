import CMessages

extension ProvisioningV1 {
  /// What became of the invitation. Cognito creates the user even when it cannot deliver the
  /// message: that is a created user with a FAILED invitation, not an error.
  package struct Invitation: Equatable, Sendable {
    /// What became of it.
    package var state: InvitationState
    /// The mediums that were asked for; empty when it was suppressed.
    package var mediums: [DeliveryMedium]
    /// With FAILED: the upstream's error type, e.g. "CodeDeliveryFailureException".
    package var failureReason: String

    package init(
      state: InvitationState = .unspecified, mediums: [DeliveryMedium] = [],
      failureReason: String = ""
    ) {
      self.state = state
      self.mediums = mediums
      self.failureReason = failureReason
    }
  }
}

extension ProvisioningV1.Invitation: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__invitation__unpack)
}

extension ProvisioningV1.Invitation: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__Invitation>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      state: unsafe reader.enumeration(source.pointee.state),
      mediums: unsafe reader.enumerations(source.pointee.n_mediums, source.pointee.mediums),
      failureReason: unsafe reader.text(source.pointee.failure_reason, "\(path())failure_reason"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__Invitation>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__invitation__init(target)
    unsafe target.pointee.state = arena.enumeration(state)
    unsafe (target.pointee.n_mediums, target.pointee.mediums) = arena.enumerations(mediums)
    unsafe target.pointee.failure_reason = arena.text(failureReason)
  }
}

extension ProvisioningV1 {
  /// What became of an invitation.
  package enum InvitationState: ProtobufEnum {
    /// Not known.
    case unspecified
    /// Handed to Cognito for delivery.
    case sent
    /// Not sent, as the request or the policy says.
    case suppressed
    /// Cognito could not deliver it.
    case failed
    /// Sent again to an existing user, with a new temporary password.
    case resent
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      switch number {
      case 0: self = .unspecified
      case 1: self = .sent
      case 2: self = .suppressed
      case 3: self = .failed
      case 4: self = .resent
      default: self = .unrecognized(number)
      }
    }

    package var number: Int32 {
      switch self {
      case .unspecified: 0
      case .sent: 1
      case .suppressed: 2
      case .failed: 3
      case .resent: 4
      case .unrecognized(let number): number
      }
    }
  }
}
