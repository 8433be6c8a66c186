package import HTTP2
package import Logging
package import NIOCore
import Synchronization

/// A gRPC server over HTTP/2. It serves the methods of a router on any number of addresses; every
/// call runs on the event loop of its connection.
package final class GRPCServer: Sendable {
  private let environment: ServerEnvironment
  private let listeners = Mutex<[HTTP2Listener]>([])

  /// - Parameter compressesResponses: whether responses are compressed for callers that accept it,
  ///   where a handler does not say.
  package init(
    router: RPCRouter, interceptors: [any ServerInterceptor] = [],
    limits: GRPCLimits = GRPCLimits(), compressesResponses: Bool = false, logger: Logger
  ) {
    var limits = limits
    limits.http2.headerListOverflowAnswer = ResponseFields.trailersOnly(Self.tooMuchMetadata)
    environment = ServerEnvironment(
      router: router, interceptors: interceptors, limits: limits,
      compressesResponses: compressesResponses, logger: logger)
  }

  /// The addresses listened on, with their actual ports.
  package var localAddresses: [SocketAddress] {
    listeners.withLock { $0.map(\.localAddress) }
  }

  /// Binds an address and serves it; returns the address with its actual port.
  ///
  /// - Parameter tls: what is shown to clients; nil serves HTTP/2 without TLS (prior knowledge).
  /// - Throws: the error of the system when the address cannot be resolved or bound.
  @discardableResult
  package func listen(
    host: String, port: Int, group: any EventLoopGroup, tls: TLSIdentity? = nil
  ) async throws -> SocketAddress {
    let environment = environment
    let listener = try await HTTP2Listener.bind(
      host: host, port: port, group: group, tls: tls, limits: environment.limits.http2,
      logger: environment.logger
    ) { stream in
      ServerCall(stream: stream, environment: environment)
    }
    listeners.withLock { $0.append(listener) }
    return listener.localAddress
  }

  /// What each listener and its open connections have done so far.
  package func snapshot() async -> [HTTP2ListenerSnapshot] {
    var snapshots: [HTTP2ListenerSnapshot] = []
    for listener in listeners.withLock({ $0 }) {
      snapshots.append(await listener.snapshot())
    }
    return snapshots
  }

  /// Stops accepting, lets the calls in flight end for at most `grace`, then cuts what is left,
  /// whose handlers are cancelled. Handlers whose caller has gone are waited for, too, up to the
  /// same moment.
  package func shutdown(grace: Duration) async {
    let deadline = ContinuousClock.now.advanced(by: grace)
    let listeners = listeners.withLock { $0 }
    await withTaskGroup { tasks in
      for listener in listeners {
        tasks.addTask { await listener.shutdown(grace: grace) }
      }
    }
    await environment.running.stop(waitingUntil: deadline)
  }

  private static let tooMuchMetadata = RPCError(
    code: .resourceExhausted, message: "The request's metadata is too large.")
}
