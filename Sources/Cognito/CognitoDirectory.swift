package import Logging
package import NIOCore
package import Provisioning

/// The user pools of Amazon Cognito as the user directory.
package final class CognitoDirectory: UserDirectory {
  private let limits: ConnectionLimits
  private let client: ServiceClient
  private let credentials: CredentialsCache
  /// `nil` where no roles are assumed.
  private let roles: RoleCredentials?
  private let invocationIDs = InvocationIDs()

  /// - Parameters:
  ///   - group: the event loops that calls are made on; a call from elsewhere gets one of them.
  ///   - clock: the time that requests are signed with.
  /// - Throws: when the certificate authorities cannot be read.
  package init(
    configuration: CognitoConfiguration, credentials: any CredentialsProvider,
    group: any EventLoopGroup, clock: any WallClock, logger: Logger
  ) throws(CognitoConfigurationError) {
    limits = configuration.limits
    client = try ServiceClient(
      endpoints: configuration.endpoints, configuration: configuration, group: group, clock: clock,
      logger: logger)
    let credentials = CredentialsCache(provider: credentials, clock: clock)
    self.credentials = credentials
    roles = configuration.tokenEndpoints.map { endpoints in
      RoleCredentials(
        TokenService(
          endpoints: endpoints, configuration: configuration, group: group, clock: clock,
          logger: logger),
        own: credentials, clock: clock, logger: logger)
    }
  }

  /// Creates the user, or sends its invitation again. Cancellation does not reach it; a deadline
  /// keeps the request from leaving, and does not cut an answer off.
  package func create(
    _ specification: UserSpecification, deadline: ContinuousClock.Instant?
  ) async -> DirectoryAnswer {
    let attempt = await perform(creation(of: specification, deadline: deadline))
    if attempt.wasWithoutDelivery {
      return await created(specification, withoutDelivery: attempt)
    }
    return Self.answer(attempt, to: specification)
  }

  /// Forgets the credentials of roles that none of these pools is called with.
  package func keepRoles(of pools: [UserPool]) {
    roles?.keep(for: pools)
  }

  /// Closes all connections, for good. What is in flight ends as a lost connection; what waits to
  /// be sent, for the first time or again, ends as not executed.
  package func close() async {
    await client.close()
    await roles?.close()
  }
}

// MARK: - Descriptions

extension CognitoDirectory: UserPoolReader {
  package func describe(_ pool: UserPool) async -> Result<UserPoolDescription, DirectoryFailure> {
    let call = ServiceCall(
      operation: .describeUserPool, pool: pool, body: { DescribeUserPool.request(pool: pool) },
      responseTimeout: limits.lookupTimeout, deadline: .now + Duration(limits.lookupTimeout),
      invocationID: invocationIDs.next())
    switch await perform(call).outcome {
    case .success(let body, let trace):
      guard let description = try? DescribeUserPool.response(body) else {
        return .failure(CallOutcome.failure(.malformed, trace: trace))
      }
      return .success(description)
    case .failure(let failure): return .failure(failure)
    case .createdWithoutDelivery(let trace, _):
      return .failure(CallOutcome.failure(.malformed, trace: trace))
    }
  }
}

// MARK: - Calls

extension CognitoDirectory {
  private func perform(_ call: ServiceCall) async -> Attempt {
    guard let role = call.roleARN, let roles else {
      return await client.perform(call, credentials: credentials)
    }
    return await client.perform(
      call, credentials: roles.credentials(ofRole: role, region: call.region))
  }
}

// MARK: - Requests and answers

extension CognitoDirectory {
  @inline(never)
  private func creation(
    of specification: UserSpecification, deadline: ContinuousClock.Instant?
  ) -> ServiceCall {
    ServiceCall(
      operation: .adminCreateUser, pool: specification.pool,
      body: { AdminCreateUser.request(specification) },
      responseTimeout: limits.responseTimeout, deadline: deadline,
      invocationID: invocationIDs.next())
  }

  @inline(never)
  private static func answer(
    _ attempt: Attempt, to specification: UserSpecification
  ) -> DirectoryAnswer {
    switch attempt.outcome {
    case .success(let body, let trace):
      guard let user = try? AdminCreateUser.response(body, pool: specification.pool) else {
        return .failure(CallOutcome.failure(.malformed, trace: trace))
      }
      return .success(
        CreatedUser(user: user, invitation: specification.expectedInvitation, trace: trace))
    case .createdWithoutDelivery(let trace, let errorType):
      return .success(
        CreatedUser(
          user: known(of: specification),
          invitation: Invitation(
            state: .failed, mediums: specification.requestedMediums, failureReason: errorType),
          trace: trace))
    case .failure(let failure):
      return .failure(failure)
    }
  }

  /// Completes the answer of a creation that said nothing of the user.
  private func created(
    _ specification: UserSpecification, withoutDelivery attempt: Attempt
  ) async -> DirectoryAnswer {
    let call = look(specification.username, in: specification.pool)
    let answer = Self.answer(attempt, to: specification)
    guard case .success(let body, _) = await perform(call).outcome,
      let user = try? AdminGetUser.response(body, pool: specification.pool)
    else { return answer }
    return answer.map { created in
      CreatedUser(user: user, invitation: created.invitation, trace: created.trace)
    }
  }

  private func look(_ username: String, in pool: UserPool) -> ServiceCall {
    ServiceCall(
      operation: .adminGetUser, pool: pool,
      body: { AdminGetUser.request(pool: pool, username: username) },
      responseTimeout: limits.lookupTimeout,
      deadline: .now + Duration(limits.lookupTimeout),
      invocationID: invocationIDs.next())
  }

  package func lookUp(_ username: String, in pool: UserPool) async -> DirectoryLookup {
    switch await perform(look(username, in: pool)).outcome {
    case .success(let body, _):
      return (try? AdminGetUser.response(body, pool: pool)).map { .found($0) } ?? .failed
    case .failure(let failure):
      return switch failure.kind {
      case .userNotFound: .notFound
      case .accessDenied, .notAuthorized, .forbidden, .poolNotFound: .denied
      default: .failed
      }
    case .createdWithoutDelivery:
      return .failed
    }
  }

  /// What is known of the user without reading it: the request.
  private static func known(of specification: UserSpecification) -> User {
    User(
      username: specification.username, attributes: specification.userAttributes,
      pool: specification.pool)
  }

}
