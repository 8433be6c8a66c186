/// What the upstream said of a call, for the audit trail and the join with CloudTrail.
package struct UpstreamTrace: Equatable, Sendable {
  /// `x-amzn-RequestId`
  package var requestID: String?
  package var httpStatus: Int?
  /// The sanitized error type, e.g. `UsernameExistsException`.
  package var errorType: String?

  package init(requestID: String? = nil, httpStatus: Int? = nil, errorType: String? = nil) {
    self.requestID = requestID
    self.httpStatus = httpStatus
    self.errorType = errorType
  }
}

/// A user that stands in the directory, with what became of its invitation. An object, because a
/// call hands it on at each step.
package final class CreatedUser: Equatable, Sendable {
  package let user: User
  package let invitation: Invitation
  package let trace: UpstreamTrace

  package init(user: User, invitation: Invitation, trace: UpstreamTrace) {
    self.user = user
    self.invitation = invitation
    self.trace = trace
  }

  package static func == (a: CreatedUser, b: CreatedUser) -> Bool {
    a.user == b.user && a.invitation == b.invitation && a.trace == b.trace
  }
}

/// A creation that did not end in a known user. It carries the upstream's error type and reason
/// code, never its text: that may quote the request.
package struct DirectoryFailure: Error, Equatable, Sendable {
  /// The closed set of what can go wrong; one mapping table at the edge turns it into a status.
  package enum Kind: String, CaseIterable, Sendable {
    // Verdicts about the request.
    case invalidParameter, invalidPassword, usernameExists, aliasExists, userNotFound
    case requestedPoolNotFound, unsupportedUserState, rejectedByTrigger
    // The pool or the account stands in the way.
    case triggerAnswerInvalid, triggerFailed, smsRoleMisconfigured, preconditionNotMet
    case notAuthorized, poolNotFound, forbidden, concurrentModification, importInProgress
    case featureUnavailable
    // Limits.
    case throttled, quotaExceeded
    // Our own credentials, clock or serializer.
    case accessDenied, credentialsUnavailable, credentialsRejected, signatureRejected
    case clockSkewed, requestRejected
    // Transport and service.
    case unreachable, unavailable, timedOut, connectionLost, answerMalformed
    /// An error type that this release does not know.
    case unrecognized
  }

  package var kind: Kind
  package var executed: Executed
  /// `reasonCode` of InvalidParameterException.
  package var reasonCode: String?
  package var retryAfter: Duration?
  package var trace: UpstreamTrace

  package init(
    kind: Kind,
    executed: Executed,
    reasonCode: String? = nil,
    retryAfter: Duration? = nil,
    trace: UpstreamTrace = UpstreamTrace()
  ) {
    self.kind = kind
    self.executed = executed
    self.reasonCode = reasonCode
    self.retryAfter = retryAfter
    self.trace = trace
  }
}

package typealias DirectoryAnswer = Result<CreatedUser, DirectoryFailure>
