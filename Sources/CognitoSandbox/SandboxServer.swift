package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Why a sandbox did not start.
package enum SandboxStartError: Error, Equatable, CustomStringConvertible {
  /// The sandbox holds throw-away credentials: it listens on the loopback interface only.
  case notLoopback(host: String)
  /// The address cannot be resolved or bound; the text is the system's.
  case cannotListen(host: String, port: Int, reason: String)

  package var description: String {
    switch self {
    case .notLoopback(let host):
      "the sandbox listens on loopback addresses only, not on \(host)"
    case .cannotListen(let host, let port, let reason):
      "the sandbox cannot listen on \(host):\(port): \(reason)"
    }
  }
}

/// A Cognito user pool in memory, behind HTTP/1.1 and the AWS JSON 1.1 protocol: strict where the
/// API model is, and able to fail on demand.
package final class SandboxServer: Sendable {
  /// Connections that wait to be accepted.
  private static let backlog: Int32 = 1024

  private let channel: any Channel
  private let endpoint: SandboxEndpoint
  private let connections: OpenConnections

  /// The port that it listens on.
  package let port: Int

  private init(
    channel: any Channel, endpoint: SandboxEndpoint, connections: OpenConnections, port: Int
  ) {
    self.channel = channel
    self.endpoint = endpoint
    self.connections = connections
    self.port = port
  }

  /// Listens on a loopback address.
  ///
  /// - Parameters:
  ///   - port: 0 for a free one.
  ///   - group: its loops serve the connections; it is not shut down by the sandbox.
  package static func start(
    host: String = "127.0.0.1", port: Int = 0, group: any EventLoopGroup,
    configuration: SandboxConfiguration, logger: Logger
  ) async throws(SandboxStartError) -> SandboxServer {
    let endpoint = SandboxEndpoint(configuration)
    let connections = OpenConnections()
    let seed = configuration.seed
    do {
      let address = try SocketAddress.makeAddressResolvingHost(host, port: port)
      guard address.isLoopback else { throw SandboxStartError.notLoopback(host: host) }
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: backlog)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          connections.add(channel)
          return channel.eventLoop.makeCompletedFuture {
            let encoder = ResponseEncoder(
              allocator: channel.allocator, clock: endpoint.clock,
              random: SandboxRandom(seed: seed.map { $0 &+ connections.acceptedCount }))
            try channel.pipeline.syncOperations.addHandlers([
              ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
              SandboxConnection(endpoint: endpoint, encoder: encoder, logger: logger),
            ])
          }
        }
        .bind(to: address).get()
      let boundPort = channel.localAddress?.port ?? port
      logger.debug("sandbox listens", metadata: ["port": "\(boundPort)"])
      return SandboxServer(
        channel: channel, endpoint: endpoint, connections: connections, port: boundPort)
    } catch let error as SandboxStartError {
      throw error
    } catch {
      throw .cannotListen(host: host, port: port, reason: "\(error)")
    }
  }

  /// What goes wrong, and with which requests.
  package var faults: FaultPlan { endpoint.faults }

  /// Requests whose head was received, to whatever end.
  package var requestCount: Int { endpoint.requestCount.load(ordering: .relaxed) }

  /// Connections accepted so far.
  package var connectionCount: Int { Int(connections.acceptedCount) }

  /// How far the sandbox's clock runs ahead (negative: behind): its Date header, the dates of its
  /// users and its judgement of signatures follow it.
  package var clockSkew: Duration {
    get { endpoint.clock.skew }
    set { endpoint.clock.skew = newValue }
  }

  /// `nil` for a pool that the configuration does not have.
  package func pool(_ id: String) -> SandboxUserPool? { endpoint.pool(id) }

  /// Makes new pools; those that there are keep their settings and users.
  package func add(_ pools: [SandboxPool]) {
    endpoint.add(pools)
  }

  /// Accepts these credentials from now on, and no others: a rotation.
  package func replaceCredentials(_ credentials: [SandboxCredentials]) {
    endpoint.authentication.replaceCredentials(credentials)
  }

  /// Stops listening and closes every connection, answered or not. May be called again.
  package func shutdown() async {
    try? await channel.close().get()
    await connections.closeAll()
  }
}

extension SocketAddress {
  /// 127.0.0.0/8 (RFC 1122, section 3.2.1.3) or ::1 (RFC 4291, section 2.5.3).
  fileprivate var isLoopback: Bool {
    guard let ipAddress else { return false }
    return ipAddress.hasPrefix("127.") || ipAddress == "::1"
  }
}
