/// How far a creation has come, as the journal has it. What is not there has not been received, or
/// was refused before anything could reach the upstream.
package enum CreationState: String, CaseIterable, Sendable {
  /// The intent is durable; the call may be on its way.
  case intent = "INTENT"
  case succeeded = "SUCCEEDED"
  /// Refused, or known not to have been executed.
  case failed = "FAILED"
  /// The answer was lost: the user may exist. It is being looked into.
  case unknown = "UNKNOWN"
  /// The answer was lost; the user was found, and this creation made it.
  case reconciledCreated = "RECONCILED_CREATED"
  /// The answer was lost; the user does not exist.
  case reconciledAbsent = "RECONCILED_ABSENT"
  /// The answer was lost; the user exists, but this creation did not make it.
  case existsForeign = "EXISTS_FOREIGN"
  /// No verdict could be found up to now. An operator may be needed.
  case unresolved = "UNRESOLVED"
  /// An operator gave the verdict.
  case operatorResolved = "OPERATOR_RESOLVED"

  /// Whether another creation of the same name or alias has to wait for this one.
  package var holdsNames: Bool { self == .intent || self == .unknown }

  /// Whether the user may exist without anybody knowing.
  package var isInDoubt: Bool { self == .unknown || self == .unresolved }

  /// Whether nothing more will be found out by itself.
  package var isSettled: Bool { self != .intent && !isInDoubt }
}

/// What shows that a creation made a user whose answer was lost, strongest first.
package enum Evidence: String, CaseIterable, Sendable {
  /// An attribute of the user holds the creation's id.
  case markerAttribute = "MARKER_ATTRIBUTE"
  /// The service generated the user's name.
  case generatedUsername = "GENERATED_USERNAME"
  /// The user was created while the call was under way, with the same attributes.
  case createTimeAndAttributes = "CREATE_TIME_AND_ATTRIBUTES"
  /// An operator said so.
  case operatorVerdict = "OPERATOR"
}

/// What an operator found out about a creation that nothing else resolved.
package enum OperatorVerdict: String, CaseIterable, Sendable {
  /// The user exists, and this creation made it.
  case created = "CREATED"
  /// This creation made no user.
  case absent = "ABSENT"
}
