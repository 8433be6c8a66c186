import Logging
import NIOCore
import Provisioning
import Synchronization

/// The credentials of every role that pools are called with, each held once for all pools of a
/// Region: no Region stops the calls to another.
final class RoleCredentials: Sendable {
  /// After a refusal the service is not asked again for so long, in seconds: calls get the same
  /// answer meanwhile.
  static let pauseAfterFailure: Int64 = 1

  private struct Key: Hashable {
    var role: String
    var region: String
  }

  private let tokenService: TokenService
  private let own: CredentialsCache
  private let clock: any WallClock
  private let logger: Logger
  private let caches = Mutex<[Key: CredentialsCache]>([:])

  /// - Parameter own: those of the process, with which roles are assumed.
  init(
    _ tokenService: TokenService, own: CredentialsCache, clock: any WallClock, logger: Logger
  ) {
    self.tokenService = tokenService
    self.own = own
    self.clock = clock
    self.logger = logger
  }

  /// - Parameter region: where the role is assumed: that of the pool.
  func credentials(ofRole role: String, region: String) -> CredentialsCache {
    let key = Key(role: role, region: region)
    return caches.withLock { caches in
      if let cache = caches[key] { return cache }
      let provider = AssumedRole(
        roleARN: role, region: region, tokenService: tokenService, own: own, clock: clock,
        logger: logger)
      let cache = CredentialsCache(
        provider: provider, clock: clock, pauseAfterFailure: Self.pauseAfterFailure)
      caches[key] = cache
      return cache
    }
  }

  /// Forgets the credentials that none of these pools is called with.
  func keep(for pools: [UserPool]) {
    let needed = Set(
      pools.compactMap { pool in pool.roleARN.map { Key(role: $0, region: pool.region) } })
    caches.withLock { $0 = $0.filter { needed.contains($0.key) } }
  }

  func close() async {
    await tokenService.close()
  }
}

/// The way to the Security Token Service, made when the first role is assumed: most services assume
/// none.
final class TokenService: Sendable {
  let responseTimeout: TimeAmount
  let invocationIDs = InvocationIDs()
  private let make: @Sendable () throws(CognitoConfigurationError) -> ServiceClient
  private let made = Mutex<ServiceClient?>(nil)

  init(
    endpoints: EndpointResolver, configuration: CognitoConfiguration, group: any EventLoopGroup,
    clock: any WallClock, logger: Logger
  ) {
    responseTimeout = configuration.limits.lookupTimeout
    make = { () throws(CognitoConfigurationError) in
      try ServiceClient(
        endpoints: endpoints, configuration: configuration, group: group, clock: clock,
        logger: logger)
    }
  }

  /// - Throws: when the certificate authorities cannot be read.
  func client() throws(CognitoConfigurationError) -> ServiceClient {
    try made.withLock { made throws(CognitoConfigurationError) in
      if let made { return made }
      let client = try make()
      made = client
      return client
    }
  }

  func close() async {
    await made.withLock { $0 }?.close()
  }
}
