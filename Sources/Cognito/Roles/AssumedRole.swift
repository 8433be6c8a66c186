import Logging
import Provisioning
import SigV4

/// Temporary credentials of a role, from the Security Token Service of a Region.
struct AssumedRole: CredentialsProvider {
  /// No credentials by then: the calls that wait for them are told.
  static let limit = Duration.seconds(15)

  let roleARN: String
  let region: String
  let tokenService: TokenService
  /// Those that the role is assumed with.
  let own: CredentialsCache
  let clock: any WallClock
  let logger: Logger

  func credentials() async throws(CredentialsError) -> AWSCredentials {
    let client: ServiceClient
    do {
      client = try tokenService.client()
    } catch {
      throw problem(
        CallOutcome.failure(.withoutCredentials, trace: UpstreamTrace()), error.description)
    }
    let call = ServiceCall(
      operation: .assumeRole, region: region, body: { AssumeRole.request(roleARN: roleARN) },
      responseTimeout: tokenService.responseTimeout, deadline: .now + Self.limit,
      invocationID: tokenService.invocationIDs.next())
    switch await client.perform(call, credentials: own).outcome {
    case .success(let body, let trace):
      guard let found = try? AssumeRole.response(body) else {
        throw problem(CallOutcome.failure(.malformed, trace: trace), "the answer cannot be read")
      }
      guard (found.expiration ?? 0) > clock.now().seconds else {
        throw problem(
          CallOutcome.failure(.malformed, trace: trace),
          "the credentials have ended already: is the clock right?")
      }
      return found
    case .failure(let failure):
      throw problem(failure, failure.trace.errorType ?? failure.kind.rawValue)
    case .createdWithoutDelivery(let trace, _):
      throw problem(CallOutcome.failure(.malformed, trace: trace), "the answer cannot be read")
    }
  }

  private func problem(_ failure: DirectoryFailure, _ text: String) -> CredentialsError {
    logger.error("cannot assume the role", metadata: ["role": "\(roleARN)", "error": "\(text)"])
    return CredentialsError(
      tries: [.init(source: roleARN, problem: text)], failure: .withoutRole(failure))
  }
}

extension DirectoryFailure {
  /// What a call comes to whose role could not be assumed: it was not sent.
  static func withoutRole(_ failure: DirectoryFailure) -> DirectoryFailure {
    var failure = failure
    failure.executed = .no
    switch failure.kind {
    case .accessDenied, .credentialsUnavailable, .credentialsRejected, .signatureRejected,
      .clockSkewed, .requestRejected, .throttled, .unreachable, .unavailable, .timedOut,
      .connectionLost, .answerMalformed:
      break
    // What these mean of a pool they do not mean of a role.
    default: failure.kind = .credentialsUnavailable
    }
    return failure
  }
}
