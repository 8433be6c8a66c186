import JSON
import Provisioning
import Testing

@testable import Cognito

@Suite struct CognitoErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var type: String
    var kind: DirectoryFailure.Kind
    var executed: Executed
    var testDescription: String { type }
  }

  /// The exceptions that AdminCreateUser models, then the other shapes of the service, then what is
  /// common to AWS. CodeDeliveryFailureException is no failure and stands apart.
  static let cases: [Case] = [
    ("InvalidParameterException", .invalidParameter, .no),
    ("InvalidPasswordException", .invalidPassword, .no),
    ("UsernameExistsException", .usernameExists, .yes),
    ("AliasExistsException", .aliasExists, .no),
    ("UserNotFoundException", .userNotFound, .no),
    ("UnsupportedUserStateException", .unsupportedUserState, .yes),
    ("UserLambdaValidationException", .rejectedByTrigger, .no),
    ("InvalidLambdaResponseException", .triggerAnswerInvalid, .unknown),
    ("UnexpectedLambdaException", .triggerFailed, .unknown),
    ("InvalidSmsRoleAccessPolicyException", .smsRoleMisconfigured, .unknown),
    ("InvalidSmsRoleTrustRelationshipException", .smsRoleMisconfigured, .unknown),
    ("PreconditionNotMetException", .preconditionNotMet, .no),
    ("NotAuthorizedException", .notAuthorized, .no),
    ("ResourceNotFoundException", .poolNotFound, .no),
    ("TooManyRequestsException", .throttled, .no),
    ("InternalErrorException", .unavailable, .unknown),
    ("LimitExceededException", .quotaExceeded, .unknown),
    ("ForbiddenException", .forbidden, .no),
    ("ConcurrentModificationException", .concurrentModification, .no),
    ("UserImportInProgressException", .importInProgress, .no),
    ("FeatureUnavailableInTierException", .featureUnavailable, .no),
    ("AccessDeniedException", .accessDenied, .no),
    ("AccessDenied", .accessDenied, .no),
    ("InternalServerException", .unavailable, .unknown),
    ("Throttling", .throttled, .no), ("ThrottlingException", .throttled, .no),
    ("ThrottledException", .throttled, .no), ("RequestThrottledException", .throttled, .no),
    ("RequestThrottled", .throttled, .no),
    ("ProvisionedThroughputExceededException", .throttled, .no),
    ("RequestLimitExceeded", .throttled, .no), ("BandwidthLimitExceeded", .throttled, .no),
    ("SlowDown", .throttled, .no), ("EC2ThrottledException", .throttled, .no),
    ("TransactionInProgressException", .throttled, .no),
    ("RequestTimeout", .unavailable, .unknown), ("RequestTimeoutException", .unavailable, .unknown),
    ("PriorRequestNotComplete", .unavailable, .unknown),
    ("ServiceUnavailable", .unavailable, .unknown),
    ("ServiceUnavailableException", .unavailable, .unknown),
    ("InternalFailure", .unavailable, .unknown), ("InternalError", .unavailable, .unknown),
    ("ExpiredToken", .credentialsRejected, .no),
    ("ExpiredTokenException", .credentialsRejected, .no),
    ("UnrecognizedClientException", .credentialsRejected, .no),
    ("InvalidClientTokenId", .credentialsRejected, .no),
    ("InvalidSignatureException", .signatureRejected, .no),
    ("SignatureDoesNotMatch", .signatureRejected, .no),
    ("IncompleteSignature", .signatureRejected, .no),
    ("IncompleteSignatureException", .signatureRejected, .no),
    ("MissingAuthenticationToken", .signatureRejected, .no),
    ("MissingAuthenticationTokenException", .signatureRejected, .no),
    ("AuthFailure", .signatureRejected, .no),
    ("RequestExpired", .clockSkewed, .no), ("RequestTimeTooSkewed", .clockSkewed, .no),
    ("RequestInTheFuture", .clockSkewed, .no),
    ("OptInRequired", .requestRejected, .no), ("NotAuthorized", .requestRejected, .no),
    ("RequestEntityTooLarge", .requestRejected, .no),
    ("MalformedHttpRequest", .requestRejected, .no),
    ("MalformedHttpRequestException", .requestRejected, .no),
    ("SerializationException", .requestRejected, .no),
    ("UnknownOperationException", .requestRejected, .no),
    ("ValidationError", .requestRejected, .no), ("ValidationException", .requestRejected, .no),
    ("SomethingNewException", .unrecognized, .unknown),
  ].map { Case(type: $0, kind: $1, executed: $2) }

  /// An answer as it is told on the wire: the error header, and the body.
  static func forms(of type: String) -> [(header: String?, body: String)] {
    let written = [
      type, "\(type):", "\(type):http://internal.amazon.com/coral/com.amazon.coral.service/",
      "com.amazonaws.cognito#\(type)", "com.amazonaws.cognito#\(type):http://internal/x#y",
    ]
    return written.flatMap { form in
      [
        (nil, #"{"__type":"\#(form)","message":"the user PLANTED is wrong"}"#),
        (nil, #"{"message":"the user PLANTED is wrong","__type":"\#(form)"}"#),
        (nil, #"{"code":"\#(form)","Message":"PLANTED"}"#),
        (nil, #" {"code":400,"__type":"\#(form)"}"#),
        (nil, #"{"__type":"\#(form)","message":"PLANTED, truncat"#),
        (form, ""), (form, "{}"), (form, "<html>PLANTED</html>"),
        (form, #"{"message":"PLANTED"}"#), (form, #"{"__type":"\#(form)"}"#),
        (form, #"{"__type":"SomethingElse"}"#), (form, "[[[[["),
        ("NotKnownException", #"{"__type":"\#(form)"}"#),
      ]
    }
  }

  static func outcome(
    header: String?, body: String, status: Int
  ) -> CallOutcome {
    CallOutcome(
      .success(UpstreamAnswer(status: status, errorType: header, body: Array(body.utf8))))
  }

  @Test(arguments: cases)
  func everyFormOfTheTypeMeansTheSame(_ expected: Case) {
    for (header, body) in Self.forms(of: expected.type) {
      // The two forms below name a second unknown type, and an unknown one cannot win over it.
      if expected.kind == .unrecognized, header == "NotKnownException" { continue }
      let outcome = Self.outcome(header: header, body: body, status: 400)
      guard case .failure(let failure) = outcome else {
        Issue.record("no failure: \(outcome)")
        continue
      }
      #expect(failure.kind == expected.kind, "\(header ?? "no header") \(body)")
      #expect(failure.executed == expected.executed)
      #expect(failure.trace.errorType == expected.type)
      #expect(failure.trace.httpStatus == 400)
      #expect(!"\(failure)".contains("PLANTED"))
    }
  }

  @Test func everyTypeOfTheTableIsTested() {
    let tested = Set(Self.cases.map(\.type) + ["CodeDeliveryFailureException"])
    #expect(Set(CognitoError.table.keys) == tested.subtracting(["SomethingNewException"]))
  }

  @Test func aFailedDeliveryIsACreatedUser() {
    for (header, body) in Self.forms(of: "CodeDeliveryFailureException") {
      guard
        case .createdWithoutDelivery(let trace, let type) = Self.outcome(
          header: header, body: body, status: 400)
      else {
        Issue.record("\(header ?? "") \(body)")
        continue
      }
      #expect(type == "CodeDeliveryFailureException")
      #expect(trace.errorType == type)
    }
  }

  @Test(
    arguments: [
      (500, "", .unavailable, .unknown), (502, "<html>Bad Gateway</html>", .unavailable, .unknown),
      (503, "{", .unavailable, .unknown), (504, "upstream", .unavailable, .unknown),
      (500, #"{"__type":"UsernameExistsException"}"#, .usernameExists, .yes),
      (500, #"{"__type":"Odd"}"#, .unavailable, .unknown),
      (429, "", .throttled, .no), (408, "", .unavailable, .unknown), (403, "", .forbidden, .no),
      (403, "<html>blocked</html>", .forbidden, .no),
      (403, #"{"__type":"Odd"}"#, .unrecognized, .unknown),
      (407, "", .requestRejected, .no), (413, "<html/>", .requestRejected, .no),
      (400, "", .unrecognized, .unknown), (400, "<html>", .unrecognized, .unknown),
      (404, "not found", .unrecognized, .unknown), (301, "", .unrecognized, .unknown),
      (
        403, "<ErrorResponse><Errors><Error><Code>SignatureDoesNotMatch</Code>",
        .signatureRejected, .no
      ),
      (
        403,
        "<?xml version=\"1.0\"?>\n<ErrorResponse><Error><Code>InvalidClientTokenId</Code>"
          + "<Message>x</Message></Error></ErrorResponse>", .credentialsRejected, .no
      ),
      (403, "<ErrorResponse><Code>AccessDenied</Code></ErrorResponse>", .accessDenied, .no),
      (403, "<ErrorResponse><Code>AccessDen", .forbidden, .no),
      (403, "<ErrorResponse><Code>a user PLANTED</Code>", .forbidden, .no),
    ] as [(Int, String, DirectoryFailure.Kind, Executed)])
  func whatTheStatusTells(
    status: Int, body: String, kind: DirectoryFailure.Kind, executed: Executed
  ) {
    guard case .failure(let failure) = Self.outcome(header: nil, body: body, status: status) else {
      Issue.record("no failure")
      return
    }
    #expect(failure.kind == kind)
    #expect(failure.executed == executed)
  }

  @Test(
    arguments: [
      ("PARAM_1", "PARAM_1"), ("InvalidPhoneNumber.Format", "InvalidPhoneNumber.Format"),
      ("the user alice@example.com", nil), ("", nil), (String(repeating: "a", count: 65), nil),
      ("a\nb", nil), ("ä", nil),
    ] as [(String, String?)])
  func onlyACodeIsAReason(text: String, expected: String?) {
    var json = JSONWriter()
    json.object { json in
      json.name("__type")
      json.string("InvalidParameterException")
      json.name("reasonCode")
      json.string(text)
    }
    #expect(ErrorAnswer(header: nil, body: json.bytes).reasonCode == expected)
  }

  @Test(arguments: [
    "alice is wrong", "", ":", "#", "a#", ":x", "ä", String(repeating: "T", count: 65),
  ])
  func textIsNoType(_ text: String) {
    #expect(ErrorAnswer(header: text, body: []).types.isEmpty)
  }
}

@Suite struct TransportFaultTests {
  @Test(
    arguments: [
      (.unreachable, .unreachable, .no), (.overloaded, .unavailable, .no),
      (.expired, .timedOut, .no), (.timedOut, .timedOut, .unknown),
      (.connectionLost, .connectionLost, .unknown), (.malformed, .answerMalformed, .unknown),
    ] as [(TransportFault, DirectoryFailure.Kind, Executed)])
  func meaning(fault: TransportFault, kind: DirectoryFailure.Kind, executed: Executed) {
    guard case .failure(let failure) = CallOutcome(.failure(fault)) else {
      Issue.record("no failure")
      return
    }
    #expect(failure == DirectoryFailure(kind: kind, executed: executed))
  }

  @Test func aSuccessWithoutItsWholeBodyIsInDoubt() {
    let answer = UpstreamAnswer(
      status: 200, requestID: "id", body: Array("{".utf8), bodyFault: .connectionLost)
    guard case .failure(let failure) = CallOutcome(.success(answer)) else {
      Issue.record("no failure")
      return
    }
    #expect(
      failure
        == DirectoryFailure(
          kind: .connectionLost, executed: .unknown,
          trace: UpstreamTrace(requestID: "id", httpStatus: 200)))
  }
}
