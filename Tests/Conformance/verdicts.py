"""What each error of the upstream means for a caller: one table.

Amazon's own list of the operation, and the common errors of its JSON services. `executed` tells
whether the user may exist because of this call. An answer in doubt is UNAVAILABLE only where a
repeat is safe: when the caller gave a request_id, and the service knows a repeated one.
"""

from typing import NamedTuple


class Verdict(NamedTuple):
    code: str
    reason: str
    executed: str
    status: int = 400


IN_DOUBT = "IN_DOUBT"
# Whether a repeated request_id gets the first answer again. Until that is built no repeat of a call
# in doubt is safe.
KNOWS_REPEATS = True


def code(verdict: Verdict, has_request_id: bool) -> str:
    if verdict.code != IN_DOUBT:
        return verdict.code
    return "UNAVAILABLE" if has_request_id and KNOWS_REPEATS else "UNKNOWN"


# The errors that the operation's model or documentation names.
MODELLED = {
    "InvalidParameterException": Verdict("INVALID_ARGUMENT", "INVALID_PARAMETER", "no"),
    "InvalidPasswordException": Verdict("INVALID_ARGUMENT", "INVALID_PASSWORD", "no"),
    "UsernameExistsException": Verdict("ALREADY_EXISTS", "USERNAME_EXISTS", "yes"),
    "AliasExistsException": Verdict("ALREADY_EXISTS", "ALIAS_EXISTS", "no"),
    "UserNotFoundException": Verdict("NOT_FOUND", "USER_NOT_FOUND", "no"),
    "UnsupportedUserStateException": Verdict(
        "FAILED_PRECONDITION", "UNSUPPORTED_USER_STATE", "yes"),
    "UserLambdaValidationException": Verdict("FAILED_PRECONDITION", "REJECTED_BY_TRIGGER", "no"),
    "InvalidLambdaResponseException": Verdict(
        "FAILED_PRECONDITION", "TRIGGER_ANSWER_INVALID", "unknown"),
    "UnexpectedLambdaException": Verdict(IN_DOUBT, "TRIGGER_FAILED", "unknown"),
    "InvalidSmsRoleAccessPolicyException": Verdict(
        "FAILED_PRECONDITION", "SMS_ROLE_MISCONFIGURED", "unknown"),
    "InvalidSmsRoleTrustRelationshipException": Verdict(
        "FAILED_PRECONDITION", "SMS_ROLE_MISCONFIGURED", "unknown"),
    "PreconditionNotMetException": Verdict("FAILED_PRECONDITION", "PRECONDITION_NOT_MET", "no"),
    "NotAuthorizedException": Verdict("FAILED_PRECONDITION", "NOT_AUTHORIZED", "no"),
    "ResourceNotFoundException": Verdict("INTERNAL", "POOL_MISCONFIGURED", "no"),
    "TooManyRequestsException": Verdict("RESOURCE_EXHAUSTED", "THROTTLED", "no"),
    "InternalErrorException": Verdict(IN_DOUBT, "OUTCOME_UNKNOWN", "unknown", 500),
    "LimitExceededException": Verdict("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "unknown"),
    # Of the service, not of the operation.
    "ForbiddenException": Verdict("PERMISSION_DENIED", "UPSTREAM_FORBIDDEN", "no"),
    "ConcurrentModificationException": Verdict("ABORTED", "CONCURRENT_MODIFICATION", "no"),
    "UserImportInProgressException": Verdict("FAILED_PRECONDITION", "IMPORT_IN_PROGRESS", "no"),
    "FeatureUnavailableInTierException": Verdict(
        "FAILED_PRECONDITION", "FEATURE_UNAVAILABLE", "no"),
    "InternalServerException": Verdict(IN_DOUBT, "OUTCOME_UNKNOWN", "unknown", 500),
}

_THROTTLED = Verdict("RESOURCE_EXHAUSTED", "THROTTLED", "no")
_TRANSIENT = Verdict(IN_DOUBT, "OUTCOME_UNKNOWN", "unknown", 503)
_CREDENTIALS = Verdict("INTERNAL", "UPSTREAM_AUTH", "no", 403)
_SIGNATURE = Verdict("INTERNAL", "SIGNATURE_REJECTED", "no", 403)
_SKEWED = Verdict("INTERNAL", "CLOCK_SKEWED", "no", 403)
_REQUEST = Verdict("INTERNAL", "REQUEST_REJECTED", "no")

# The errors that any JSON service of Amazon's may give.
COMMON = {
    "Throttling": _THROTTLED,
    "ThrottlingException": _THROTTLED,
    "ThrottledException": _THROTTLED,
    "RequestThrottledException": _THROTTLED,
    "RequestThrottled": _THROTTLED,
    "RequestLimitExceeded": _THROTTLED,
    "BandwidthLimitExceeded": _THROTTLED,
    "ProvisionedThroughputExceededException": _THROTTLED,
    "TransactionInProgressException": _THROTTLED,
    "EC2ThrottledException": _THROTTLED,
    "SlowDown": _THROTTLED._replace(status=429),
    "RequestTimeout": _TRANSIENT._replace(status=408),
    "RequestTimeoutException": _TRANSIENT._replace(status=408),
    "PriorRequestNotComplete": _TRANSIENT._replace(status=400),
    "ServiceUnavailable": _TRANSIENT,
    "InternalFailure": _TRANSIENT._replace(status=500),
    "ExpiredTokenException": _CREDENTIALS,
    "UnrecognizedClientException": _CREDENTIALS._replace(status=400),
    "InvalidSignatureException": _SIGNATURE,
    "SignatureDoesNotMatch": _SIGNATURE,
    "IncompleteSignature": _SIGNATURE,
    "IncompleteSignatureException": _SIGNATURE,
    "MissingAuthenticationToken": _SIGNATURE,
    "MissingAuthenticationTokenException": _SIGNATURE,
    "RequestExpired": _SKEWED,
    "RequestTimeTooSkewed": _SKEWED,
    "RequestInTheFuture": _SKEWED,
    "AccessDeniedException": Verdict("INTERNAL", "UPSTREAM_ACCESS_DENIED", "no", 403),
    "OptInRequired": Verdict("INTERNAL", "REQUEST_REJECTED", "no", 403),
    "NotAuthorized": Verdict("INTERNAL", "REQUEST_REJECTED", "no", 401),
    "RequestEntityTooLarge": _REQUEST._replace(status=413),
    "MalformedHttpRequest": _REQUEST,
    "SerializationException": _REQUEST,
    "UnknownOperationException": _REQUEST,
    "ValidationError": _REQUEST,
    "ValidationException": _REQUEST,
}

VERDICTS = MODELLED | COMMON
