import CMessages

extension ProvisioningV1 {
  /// What a creation ended in.
  package struct CreateUserResponse: Equatable, Sendable {
    /// The user as it stands in the user pool.
    package var user: User?
    /// What became of the invitation.
    package var invitation: Invitation?
    /// What the policy changed in the request, so that a caller sees why the user differs from what
    /// it asked for.
    package var policyDecisions: [PolicyDecision]
    /// UUID of this creation, also in the trailer x-creation-id and in the audit trail.
    package var creationID: String
    /// The idempotency key of this creation: the request's, else the one that the service made.
    package var requestID: String
    /// True: this is the stored answer of an earlier call with the same request_id.
    package var replayed: Bool
    /// Digest of the policy document that was in force, as GetPolicy returns it.
    package var policyDigest: String
    /// With validate_only: the exact call that would have been made, the password left out.
    package var effectiveRequest: EffectiveRequest?
    /// The audit record with its proof, where include_receipt was given and the journal seals
    /// records before it answers.
    package var receipt: Receipt?

    package init(
      user: User? = nil, invitation: Invitation? = nil, policyDecisions: [PolicyDecision] = [],
      creationID: String = "", requestID: String = "", replayed: Bool = false,
      policyDigest: String = "", effectiveRequest: EffectiveRequest? = nil, receipt: Receipt? = nil
    ) {
      self.user = user
      self.invitation = invitation
      self.policyDecisions = policyDecisions
      self.creationID = creationID
      self.requestID = requestID
      self.replayed = replayed
      self.policyDigest = policyDigest
      self.effectiveRequest = effectiveRequest
      self.receipt = receipt
    }
  }
}

extension ProvisioningV1.CreateUserResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__create_user_response__unpack)
}

extension ProvisioningV1.CreateUserResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__CreateUserResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      user: unsafe reader.message(source.pointee.user, "\(path())user"),
      invitation: unsafe reader.message(source.pointee.invitation, "\(path())invitation"),
      policyDecisions: unsafe reader.messages(
        source.pointee.n_policy_decisions, source.pointee.policy_decisions,
        "\(path())policy_decisions"),
      creationID: unsafe reader.text(source.pointee.creation_id, "\(path())creation_id"),
      requestID: unsafe reader.text(source.pointee.request_id, "\(path())request_id"),
      replayed: unsafe source.pointee.replayed != 0,
      policyDigest: unsafe reader.text(source.pointee.policy_digest, "\(path())policy_digest"),
      effectiveRequest: unsafe reader.message(
        source.pointee.effective_request, "\(path())effective_request"),
      receipt: unsafe reader.message(source.pointee.receipt, "\(path())receipt"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__CreateUserResponse>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__create_user_response__init(target)
    unsafe target.pointee.user = arena.message(user)
    unsafe target.pointee.invitation = arena.message(invitation)
    unsafe (target.pointee.n_policy_decisions, target.pointee.policy_decisions) = arena.messages(
      policyDecisions)
    unsafe target.pointee.creation_id = arena.text(creationID)
    unsafe target.pointee.request_id = arena.text(requestID)
    unsafe target.pointee.replayed = replayed ? 1 : 0
    unsafe target.pointee.policy_digest = arena.text(policyDigest)
    unsafe target.pointee.effective_request = arena.message(effectiveRequest)
    unsafe target.pointee.receipt = arena.message(receipt)
  }
}

extension ProvisioningV1 {
  /// One thing that the policy changed in a request. It names fields and rules, never values.
  package struct PolicyDecision: Equatable, Sendable {
    /// Path of the field in the request, e.g. "message_action" or "user_attributes[locale]".
    package var field: String
    /// Where the rule stands in the policy document, e.g.
    /// `organizations.acme.message_action.default`.
    package var rule: String
    /// What the rule did.
    package var effect: Effect

    package init(field: String = "", rule: String = "", effect: Effect = .unspecified) {
      self.field = field
      self.rule = rule
      self.effect = effect
    }
  }
}

extension ProvisioningV1.PolicyDecision: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__policy_decision__unpack)
}

extension ProvisioningV1.PolicyDecision: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__PolicyDecision>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      field: unsafe reader.text(source.pointee.field, "\(path())field"),
      rule: unsafe reader.text(source.pointee.rule, "\(path())rule"),
      effect: unsafe reader.enumeration(source.pointee.effect))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__PolicyDecision>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__policy_decision__init(target)
    unsafe target.pointee.field = arena.text(field)
    unsafe target.pointee.rule = arena.text(rule)
    unsafe target.pointee.effect = arena.enumeration(effect)
  }
}

extension ProvisioningV1 {
  /// What a rule of the policy did to a field.
  package enum Effect: ProtobufEnum {
    /// Not known.
    case unspecified
    /// Filled what the request left out.
    case defaulted
    /// Put the rule's value in the place of the request's.
    case fixed
    /// Rewrote the value in its normal form, e.g. in lower case.
    case normalized
    /// Held the invitation back.
    case suppressed
    /// Made the value here.
    case generated
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      switch number {
      case 0: self = .unspecified
      case 1: self = .defaulted
      case 2: self = .fixed
      case 3: self = .normalized
      case 4: self = .suppressed
      case 5: self = .generated
      default: self = .unrecognized(number)
      }
    }

    package var number: Int32 {
      switch self {
      case .unspecified: 0
      case .defaulted: 1
      case .fixed: 2
      case .normalized: 3
      case .suppressed: 4
      case .generated: 5
      case .unrecognized(let number): number
      }
    }
  }
}
