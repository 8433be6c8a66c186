import Provisioning

extension AuditEvent {
  /// What a change of a creation says in the audit trail.
  init(id: Identifier, transition: CreationTransition, names: NameHashes) {
    let creation = transition.creation
    let intent = creation.intent
    self.init(
      id: id, kind: Kind(creation), wallMicroseconds: creation.updateTime,
      durationMicroseconds: transition.duration?.microseconds, creationID: creation.id,
      requestID: intent.reference.requestID, origin: intent.origin,
      organization: intent.organization, pool: intent.specification.pool,
      policyDigest: intent.policyDigest, decisions: intent.decisions, names: names,
      attempt: creation.attempt, fence: creation.fence, evidence: creation.evidence)
    switch creation.answer {
    case .success(let created):
      sub = created.user.sub.isEmpty ? nil : created.user.sub
      invitation = created.invitation
      trace = created.trace
    case .failure(let failure):
      trace = failure.trace
      reason = failure.reason
    case nil:
      break
    }
    if let name = transition.operatorName {
      origin = CallOrigin(callerID: name, authentication: .operator, onBehalfOf: nil, peer: "")
      reason = creation.operatorVerdict?.rawValue
    }
  }
}

extension AuditEvent.Kind {
  fileprivate init(_ creation: Creation) {
    self =
      switch creation.state {
      case .intent: .intended
      case .succeeded: creation.isResend ? .resent : .created
      case .failed: creation.answer?.isInDoubt == true ? .inDoubt : .failed
      case .unknown: .inDoubt
      case .reconciledCreated: .reconciledCreated
      case .reconciledAbsent: .reconciledAbsent
      case .existsForeign: .existsForeign
      case .unresolved: .unresolved
      case .operatorResolved: .operatorResolved
      }
  }
}

extension DirectoryAnswer {
  fileprivate var isInDoubt: Bool {
    if case .failure(let failure) = self { failure.executed == .unknown } else { false }
  }
}
