extension DirectoryFailure {
  /// UPPER_SNAKE_CASE name of the failure: `ErrorInfo.reason`, also recorded in the audit trail.
  /// Callers may rely on it.
  package var reason: String {
    switch kind {
    case .invalidParameter: "INVALID_PARAMETER"
    case .invalidPassword: "INVALID_PASSWORD"
    case .usernameExists: "USERNAME_EXISTS"
    case .aliasExists: "ALIAS_EXISTS"
    case .userNotFound: "USER_NOT_FOUND"
    case .requestedPoolNotFound: "POOL_NOT_FOUND"
    case .unsupportedUserState: "UNSUPPORTED_USER_STATE"
    case .rejectedByTrigger: "REJECTED_BY_TRIGGER"
    case .triggerAnswerInvalid: "TRIGGER_ANSWER_INVALID"
    case .triggerFailed: "TRIGGER_FAILED"
    case .smsRoleMisconfigured: "SMS_ROLE_MISCONFIGURED"
    case .preconditionNotMet: "PRECONDITION_NOT_MET"
    case .notAuthorized: "NOT_AUTHORIZED"
    case .poolNotFound: "POOL_MISCONFIGURED"
    case .forbidden: "UPSTREAM_FORBIDDEN"
    case .concurrentModification: "CONCURRENT_MODIFICATION"
    case .importInProgress: "IMPORT_IN_PROGRESS"
    case .featureUnavailable: "FEATURE_UNAVAILABLE"
    case .throttled: "THROTTLED"
    case .quotaExceeded: "QUOTA_EXCEEDED"
    case .accessDenied: "UPSTREAM_ACCESS_DENIED"
    case .credentialsUnavailable: "CREDENTIALS_UNAVAILABLE"
    case .credentialsRejected: "UPSTREAM_AUTH"
    case .signatureRejected: "SIGNATURE_REJECTED"
    case .clockSkewed: "CLOCK_SKEWED"
    case .requestRejected: "REQUEST_REJECTED"
    case .unreachable, .unavailable, .timedOut, .connectionLost, .answerMalformed:
      executed == .no ? "UPSTREAM_UNAVAILABLE" : "OUTCOME_UNKNOWN"
    case .unrecognized: executed == .no ? "UPSTREAM_ERROR" : "OUTCOME_UNKNOWN"
    }
  }
}
