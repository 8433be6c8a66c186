import Logging
import NIOCore
import NIOSSL
import Provisioning

/// All ways from one event loop to one service: one for each Region. Confined to its event loop.
final class LoopClient {
  private let eventLoop: any EventLoop
  private let endpoints: EndpointResolver
  private let limits: ConnectionLimits
  private let tls: NIOSSLContext?
  private let clock: any WallClock
  private let logger: Logger
  private var regions: [String: RegionalClient] = [:]
  private var isClosed = false

  init(
    eventLoop: any EventLoop, endpoints: EndpointResolver, limits: ConnectionLimits,
    tls: NIOSSLContext?, clock: any WallClock, logger: Logger
  ) {
    self.logger = logger
    self.eventLoop = eventLoop
    self.endpoints = endpoints
    self.limits = limits
    self.tls = tls
    self.clock = clock
  }

  /// Makes one attempt of a call; `completion` is called once, on the event loop.
  func attempt(
    _ call: ServiceCall, number: Int, credentials: CredentialsCache.Held,
    completion: @escaping (Attempt) -> Void
  ) {
    guard !isClosed else {
      completion(Attempt(.failure(.overloaded)))
      return
    }
    guard let client = client(of: call.region) else {
      completion(Attempt(.failure(.unreachable)))
      return
    }
    client.attempt(call, number: number, credentials: credentials, completion: completion)
  }

  /// Final: a call that waits for its next attempt ends unsent.
  func close() {
    isClosed = true
    for client in regions.values { client.close() }
    regions = [:]
  }

  /// `nil` for a text that cannot be a Region's name. The Regions come from the policy, so there
  /// are few of them.
  private func client(of region: String) -> RegionalClient? {
    if let client = regions[region] { return client }
    guard let endpoint = endpoints.endpoint(region: region) else { return nil }
    let pool = ConnectionPool(
      eventLoop: eventLoop, endpoint: endpoint, limits: limits,
      tls: endpoint.scheme == .https ? tls : nil, logger: logger)
    let client = RegionalClient(
      service: endpoints.service, region: region, host: endpoint.hostHeader, pool: pool,
      clock: clock)
    regions[region] = client
    return client
  }
}
