import NIOCore
import Provisioning

/// One call of the service: the same for each of its attempts. An object, because it goes from hand
/// to hand.
final class ServiceCall: Sendable {
  let operation: Operation
  let region: String
  /// The role that it is made with; `nil`: with the process's own credentials.
  let roleARN: String?
  /// Made for each attempt when it leaves. The password of a user may stand in it: whoever asks for
  /// it overwrites it.
  let body: @Sendable () -> [UInt8]
  let responseTimeout: TimeAmount
  /// When the caller stops waiting: up to then the request may leave, and no longer. An answer is
  /// awaited beyond it, because the truth is recorded even if the caller has gone.
  let deadline: ContinuousClock.Instant?
  /// `amz-sdk-invocation-id`
  let invocationID: Identifier

  init(
    operation: Operation, region: String, roleARN: String? = nil,
    body: @escaping @Sendable () -> [UInt8],
    responseTimeout: TimeAmount, deadline: ContinuousClock.Instant?, invocationID: Identifier
  ) {
    self.operation = operation
    self.region = region
    self.roleARN = roleARN
    self.body = body
    self.responseTimeout = responseTimeout
    self.deadline = deadline
    self.invocationID = invocationID
  }

  /// A call about one pool, made with its role.
  convenience init(
    operation: Operation, pool: UserPool, body: @escaping @Sendable () -> [UInt8],
    responseTimeout: TimeAmount, deadline: ContinuousClock.Instant?, invocationID: Identifier
  ) {
    self.init(
      operation: operation, region: pool.region, roleARN: pool.roleARN, body: body,
      responseTimeout: responseTimeout, deadline: deadline, invocationID: invocationID)
  }
}

/// What one attempt of a call came to. An object, so that little of it stands in the frames of the
/// tasks that wait for it.
final class Attempt: Sendable {
  let outcome: CallOutcome
  let clock: RetryPolicy.ClockEvidence

  var hasFailed: Bool {
    if case .failure = outcome { true } else { false }
  }

  var wasWithoutDelivery: Bool {
    if case .createdWithoutDelivery = outcome { true } else { false }
  }

  init(
    _ result: Result<UpstreamAnswer, TransportFault>, clock: RetryPolicy.ClockEvidence = .init()
  ) {
    outcome = CallOutcome(result)
    self.clock = clock
  }

  /// No attempt could be made.
  init(_ failure: DirectoryFailure) {
    outcome = .failure(failure)
    clock = .init()
  }
}

/// What a call came to, before anyone reads the body of a success.
enum CallOutcome {
  case success(body: [UInt8], UpstreamTrace)
  case createdWithoutDelivery(UpstreamTrace, errorType: String)
  case failure(DirectoryFailure)

  init(_ result: Result<UpstreamAnswer, TransportFault>) {
    switch result {
    case .success(let answer): self.init(answer)
    case .failure(let fault): self = .failure(Self.failure(fault, trace: UpstreamTrace()))
    }
  }

  private init(_ answer: UpstreamAnswer) {
    var trace = UpstreamTrace(requestID: answer.requestID, httpStatus: answer.status)
    if (200..<300).contains(answer.status) {
      // A success whose body did not arrive: the user may stand, but nothing of it is known.
      if let fault = answer.bodyFault {
        self = .failure(Self.failure(fault, trace: trace))
      } else {
        self = .success(body: answer.body, trace)
      }
      return
    }
    let error = ErrorAnswer(header: answer.errorType, body: answer.body)
    let (meaning, type) = CognitoError.classify(error, status: answer.status)
    trace.errorType = type
    switch meaning {
    case .createdWithoutDelivery:
      self = .createdWithoutDelivery(trace, errorType: type ?? "")
    case .failure(let kind, let executed):
      self = .failure(
        DirectoryFailure(
          kind: kind, executed: executed, reasonCode: error.reasonCode,
          retryAfter: answer.retryAfter.map { .milliseconds($0) }, trace: trace))
    }
  }

  static func failure(_ fault: TransportFault, trace: UpstreamTrace) -> DirectoryFailure {
    switch fault {
    case .withoutCredentials:
      DirectoryFailure(kind: .credentialsUnavailable, executed: .no, trace: trace)
    case .unreachable: DirectoryFailure(kind: .unreachable, executed: .no, trace: trace)
    case .overloaded: DirectoryFailure(kind: .unavailable, executed: .no, trace: trace)
    case .expired: DirectoryFailure(kind: .timedOut, executed: .no, trace: trace)
    case .timedOut: DirectoryFailure(kind: .timedOut, executed: .unknown, trace: trace)
    case .connectionLost:
      DirectoryFailure(kind: .connectionLost, executed: .unknown, trace: trace)
    case .malformed: DirectoryFailure(kind: .answerMalformed, executed: .unknown, trace: trace)
    }
  }
}
