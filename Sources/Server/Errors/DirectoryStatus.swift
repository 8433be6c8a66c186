import GRPC
import Provisioning

extension DirectoryFailure {
  /// The code that a failure gives: the one table from Cognito's failures to gRPC's codes.
  ///
  /// `UNAVAILABLE` stands only where the same call can safely be made again, so a failure of the
  /// transport that leaves the user in doubt is `UNKNOWN` (google/rpc/code.proto; AIP-194).
  var code: RPCError.Code {
    switch kind {
    case .invalidParameter, .invalidPassword: .invalidArgument
    case .usernameExists, .aliasExists: .alreadyExists
    case .userNotFound, .requestedPoolNotFound: .notFound
    case .unsupportedUserState, .rejectedByTrigger, .triggerAnswerInvalid, .smsRoleMisconfigured,
      .preconditionNotMet, .notAuthorized, .importInProgress, .featureUnavailable:
      .failedPrecondition
    case .triggerFailed: .unknown
    case .forbidden: .permissionDenied
    case .concurrentModification: .aborted
    case .throttled, .quotaExceeded: .resourceExhausted
    case .poolNotFound, .accessDenied, .credentialsUnavailable, .credentialsRejected,
      .signatureRejected, .clockSkewed, .requestRejected:
      .internalError
    case .unreachable, .unavailable, .timedOut, .connectionLost, .answerMalformed:
      executed == .no ? .unavailable : .unknown
    case .unrecognized: executed == .no ? .internalError : .unknown
    }
  }

  /// A sentence for a developer; the upstream's own text is never passed on.
  var message: String {
    switch kind {
    case .invalidParameter: "The directory refused a parameter."
    case .invalidPassword: "The temporary password does not meet the pool's password policy."
    case .usernameExists: "A user with this name or alias exists."
    case .aliasExists: "Another user has this e-mail address or phone number."
    case .userNotFound: "There is no such user to send the invitation to again."
    case .requestedPoolNotFound: "The requested user pool does not exist."
    case .unsupportedUserState: "The user's state does not allow this operation."
    case .rejectedByTrigger: "A trigger of the pool rejected the user."
    case .triggerAnswerInvalid: "A trigger of the pool gave an answer that cannot be used."
    case .triggerFailed: "A trigger of the pool failed; the user may exist."
    case .smsRoleMisconfigured: "The pool cannot send SMS messages."
    case .preconditionNotMet: "A precondition of the pool is not met."
    case .notAuthorized: "The directory does not allow this operation."
    case .poolNotFound: "The configured user pool does not exist."
    case .forbidden: "A firewall of the pool forbade the call."
    case .concurrentModification: "Another change was under way; try again."
    case .importInProgress: "An import into the pool is under way."
    case .featureUnavailable: "The pool's tier does not have this feature."
    case .throttled: "The directory's request rate is exhausted."
    case .quotaExceeded: "A quota of the directory is exceeded; the user may exist."
    case .accessDenied: "This service's role may not create users in the pool."
    case .credentialsUnavailable: "This service has no AWS credentials."
    case .credentialsRejected: "This service's AWS credentials were rejected."
    case .signatureRejected: "This service's signature was rejected."
    case .clockSkewed: "This service's clock is wrong."
    case .requestRejected: "The directory could not read the request."
    case .unreachable, .unavailable, .timedOut, .connectionLost, .answerMalformed, .unrecognized:
      executed == .no
        ? "The directory did not take the call." : "The user may exist: no usable answer came."
    }
  }
}
