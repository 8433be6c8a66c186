import Provisioning

/// What an error answer of the service means. One table: the modelled exceptions of
/// AdminCreateUser, the other shapes of the service, and the errors that are common to AWS's JSON
/// services.
enum CognitoError {
  enum Meaning: Equatable {
    case failure(DirectoryFailure.Kind, Executed)
    /// The user stands in the directory, only its invitation could not be delivered.
    case createdWithoutDelivery
  }

  /// The meaning of an error answer. The type decides, never the status, where it is known; of an
  /// answer without a known type the status tells the little it can.
  ///
  /// - Returns: the type that decided, or the first that was given.
  static func classify(
    _ answer: ErrorAnswer, status: Int
  ) -> (meaning: Meaning, type: String?) {
    for type in answer.types {
      if let meaning = table[type] { return (meaning, type) }
    }
    let type = answer.types.first
    switch status {
    case 500...: return (.failure(.unavailable, .unknown), type)
    case 429: return (.failure(.throttled, .no), type)
    case 408: return (.failure(.unavailable, .unknown), type)
    // An answer without a type did not come from the service, but from something before it: a
    // firewall or a proxy that refused to pass the request on.
    case 403 where type == nil: return (.failure(.forbidden, .no), type)
    case 401 where type == nil, 407 where type == nil, 411 where type == nil,
      413 where type == nil, 431 where type == nil:
      return (.failure(.requestRejected, .no), type)
    default: return (.failure(.unrecognized, .unknown), type)
    }
  }

  static let table: [String: Meaning] = {
    var table: [String: Meaning] = [:]
    for (names, meaning) in modelled + service + common {
      for name in names { table[name] = meaning }
    }
    return table
  }()

  /// Modelled for AdminCreateUser, or documented for it, or seen from it.
  private static let modelled: [([String], Meaning)] = [
    (["InvalidParameterException"], .failure(.invalidParameter, .no)),
    (["InvalidPasswordException"], .failure(.invalidPassword, .no)),
    (["UsernameExistsException"], .failure(.usernameExists, .yes)),
    (["AliasExistsException"], .failure(.aliasExists, .no)),
    (["UserNotFoundException"], .failure(.userNotFound, .no)),
    (["UnsupportedUserStateException"], .failure(.unsupportedUserState, .yes)),
    (["CodeDeliveryFailureException"], .createdWithoutDelivery),
    (["UserLambdaValidationException"], .failure(.rejectedByTrigger, .no)),
    (["InvalidLambdaResponseException"], .failure(.triggerAnswerInvalid, .unknown)),
    (["UnexpectedLambdaException"], .failure(.triggerFailed, .unknown)),
    (
      [
        "InvalidSmsRoleAccessPolicyException", "InvalidSmsRoleTrustRelationshipException",
      ], .failure(.smsRoleMisconfigured, .unknown)
    ),
    (["PreconditionNotMetException"], .failure(.preconditionNotMet, .no)),
    (["NotAuthorizedException"], .failure(.notAuthorized, .no)),
    (["ResourceNotFoundException"], .failure(.poolNotFound, .no)),
    (["TooManyRequestsException"], .failure(.throttled, .no)),
    (["InternalErrorException"], .failure(.unavailable, .unknown)),
    // "Exceeded daily email limit": raised when the user may stand already.
    (["LimitExceededException"], .failure(.quotaExceeded, .unknown)),
  ]

  /// Shapes of the service that other operations model.
  private static let service: [([String], Meaning)] = [
    (["ForbiddenException"], .failure(.forbidden, .no)),
    (["ConcurrentModificationException"], .failure(.concurrentModification, .no)),
    (["UserImportInProgressException"], .failure(.importInProgress, .no)),
    (["FeatureUnavailableInTierException"], .failure(.featureUnavailable, .no)),
    (["AccessDeniedException", "AccessDenied"], .failure(.accessDenied, .no)),
    (["InternalServerException"], .failure(.unavailable, .unknown)),
  ]

  /// Common to AWS's services; the codes that botocore takes for throttling, without those above.
  private static let common: [([String], Meaning)] = [
    (
      [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "RequestThrottled", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
        "BandwidthLimitExceeded", "SlowDown", "EC2ThrottledException",
        "TransactionInProgressException",
      ], .failure(.throttled, .no)
    ),
    (
      [
        "RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete",
        "ServiceUnavailable", "ServiceUnavailableException", "InternalFailure", "InternalError",
      ], .failure(.unavailable, .unknown)
    ),
    (
      [
        "ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException",
        "InvalidClientTokenId",
      ], .failure(.credentialsRejected, .no)
    ),
    (
      [
        "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature",
        "IncompleteSignatureException", "MissingAuthenticationToken",
        "MissingAuthenticationTokenException", "AuthFailure",
      ], .failure(.signatureRejected, .no)
    ),
    (
      ["RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"],
      .failure(.clockSkewed, .no)
    ),
    (
      [
        "OptInRequired", "NotAuthorized", "RequestEntityTooLarge", "MalformedHttpRequest",
        "MalformedHttpRequestException", "SerializationException", "UnknownOperationException",
        "ValidationError", "ValidationException",
      ], .failure(.requestRejected, .no)
    ),
  ]
}
