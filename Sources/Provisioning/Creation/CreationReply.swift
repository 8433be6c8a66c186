/// What a caller is told of a creation. An object, because it goes from hand to hand.
package final class CreationReply: Equatable, Sendable {
  package let creation: Creation
  /// Whether it is the stored answer of an earlier call.
  package let isReplayed: Bool

  package init(creation: Creation, isReplayed: Bool) {
    self.creation = creation
    self.isReplayed = isReplayed
  }

  package static func == (a: CreationReply, b: CreationReply) -> Bool {
    a.creation == b.creation && a.isReplayed == b.isReplayed
  }
}

extension Creation {
  /// The error that the state comes to; `nil` where the user was created.
  ///
  /// - Parameter isRepeatable: whether the caller knows the request id.
  package func error(isRepeatable: Bool) -> ProvisioningError? {
    let timing = CreationTiming()
    let reference = CreationReference(
      creationID: id, requestID: intent.reference.requestID, isRepeatable: isRepeatable)
    if isErased { return .erased(reference, executed: executed) }
    return switch state {
    case .succeeded, .reconciledCreated: nil
    case .intent: .inProgress(reference, retryAfter: timing.inDoubtRetry)
    case .failed:
      if case .failure(let failure) = answer {
        // Nothing tells whether a message went out: a repeat may send a second one.
        .directory(
          failure, isResend && failure.executed == .unknown ? reference.unrepeatable : reference)
      } else {
        .directory(.outcomeUnknown, reference)
      }
    case .unknown, .unresolved: .directory(.outcomeUnknown, reference)
    case .reconciledAbsent: .directory(.notCreated, reference)
    case .existsForeign: .directory(.existsForeign, reference)
    case .operatorResolved:
      operatorVerdict == .created ? nil : .resolvedAbsent(reference)
    }
  }

  /// Whether there may be a user, as far as the state alone tells.
  private var executed: Executed {
    switch state {
    case .succeeded, .reconciledCreated, .existsForeign: .yes
    case .reconciledAbsent: .no
    case .operatorResolved: operatorVerdict == .created ? .yes : .no
    case .intent, .failed, .unknown, .unresolved: .unknown
    }
  }

  /// The user that the creation made, as far as it is known; `nil` where it made none.
  package var createdUser: CreatedUser? {
    guard !isErased else { return nil }
    return switch (state, answer) {
    case (.succeeded, .success(let created)), (.reconciledCreated, .success(let created)): created
    case (.operatorResolved, _) where operatorVerdict == .created: assumedUser
    default: nil
    }
  }

  /// What is known of a user whom nobody has read: the request.
  private var assumedUser: CreatedUser {
    let specification = intent.specification
    return CreatedUser(
      user: User(
        username: specification.username, attributes: specification.userAttributes,
        pool: specification.pool),
      invitation: specification.expectedInvitation, trace: UpstreamTrace())
  }
}

extension CreationReference {
  fileprivate var unrepeatable: CreationReference {
    CreationReference(creationID: creationID, requestID: requestID)
  }
}

extension DirectoryFailure {
  fileprivate static let outcomeUnknown = DirectoryFailure(
    kind: .connectionLost, executed: .unknown)
  fileprivate static let notCreated = DirectoryFailure(kind: .connectionLost, executed: .no)
  fileprivate static let existsForeign = DirectoryFailure(kind: .usernameExists, executed: .yes)
}

extension UserSpecification {
  /// The API's default is SMS.
  package var requestedMediums: [DeliveryMedium] {
    desiredDeliveryMediums.isEmpty ? [.sms] : desiredDeliveryMediums
  }

  /// The invitation of a creation that went well.
  package var expectedInvitation: Invitation {
    switch messageAction {
    case .send: Invitation(state: .sent, mediums: requestedMediums)
    case .resend: Invitation(state: .resent, mediums: requestedMediums)
    case .suppress: Invitation(state: .suppressed, mediums: [])
    }
  }
}
