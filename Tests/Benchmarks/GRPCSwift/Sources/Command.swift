import AsyncHTTPClient
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOPosix

/// `grpc-swift-server echo PORT` and `grpc-swift-server forward PORT UPSTREAM_PORT`: what the C
/// floor does, on grpc-swift-2 and async-http-client. One event loop, because it gets one core.
@main
enum Command {
  struct Usage: Error {}

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 2, let port = Int(arguments[2]) else { throw Usage() }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    var upstream: Upstream?
    if arguments[1] == "forward" {
      guard arguments.count > 3, let port = Int(arguments[3]) else { throw Usage() }
      upstream = Upstream(port: port, client: client(on: group))
    }
    let transport = HTTP2ServerTransport.Posix(
      address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext,
      eventLoopGroup: group)
    try await GRPCServer(
      transport: transport, services: [CreateUserService(upstream: upstream)]
    ).serve()
  }

  /// As many connections as the benchmark has calls in flight: 8 connections with 32 streams each.
  private static func client(on group: MultiThreadedEventLoopGroup) -> HTTPClient {
    var configuration = HTTPClient.Configuration()
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
    return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
  }
}
