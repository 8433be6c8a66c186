import GRPC
import Logging
import NIOCore
import NIOPosix

/// A message that is its bytes. Decoding fails where they begin with 0xFF, encoding where they
/// begin with 0xFE.
struct Echo: Message, Equatable {
  struct Malformed: Error, CustomStringConvertible {
    let description = "secret text of a decoder"
  }

  var bytes: [UInt8]

  init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  init(serializedBytes: Span<UInt8>) throws {
    if !serializedBytes.isEmpty, serializedBytes[0] == 0xFF { throw Malformed() }
    bytes = serializedBytes.indices.map { serializedBytes[$0] }
  }

  func withSerializedBytes<R>(_ body: (Span<UInt8>) throws -> R) throws -> R {
    if bytes.first == 0xFE { throw Malformed() }
    return try body(bytes.span)
  }
}

extension MethodDescriptor {
  static let echo = MethodDescriptor(service: "test.Echo", method: "Echo")
  static let wait = MethodDescriptor(service: "test.Echo", method: "Wait")
}

/// A server on a loopback port for the time of `body`.
func withServer<R>(
  _ router: RPCRouter = .echoing, interceptors: [any ServerInterceptor] = [],
  limits: GRPCLimits = GRPCLimits(), compressesResponses: Bool = false,
  _ body: (GRPCServer, _ port: Int) async throws -> R
) async throws -> R {
  let group = MultiThreadedEventLoopGroup.singleton
  let server = GRPCServer(
    router: router, interceptors: interceptors, limits: limits,
    compressesResponses: compressesResponses, logger: Logger(label: "test"))
  let address = try await server.listen(host: "127.0.0.1", port: 0, group: group)
  do {
    let result = try await body(server, address.port ?? 0)
    await server.shutdown(grace: .zero)
    return result
  } catch {
    await server.shutdown(grace: .zero)
    throw error
  }
}

/// A client of a server on a loopback port for the time of `body`.
func withClient<R>(port: Int, _ body: (GRPCClient) async throws -> R) async throws -> R {
  let client = try await GRPCClient.connect(
    host: "127.0.0.1", port: port, group: MultiThreadedEventLoopGroup.singleton)
  do {
    let result = try await body(client)
    await client.close()
    return result
  } catch {
    await client.close()
    throw error
  }
}

extension GRPCClient {
  /// The code that a call ends with.
  func code(
    _ message: Echo = Echo(), method: MethodDescriptor, metadata: Metadata = Metadata(),
    timeout: Duration? = nil
  ) async -> Status.Code {
    do throws(RPCError) {
      let _: ClientResponse<Echo> = try await unary(
        message, method: method, metadata: metadata, timeout: timeout)
      return .ok
    } catch {
      return error.code
    }
  }
}

extension RPCRouter {
  /// One method that answers with its request, and with its metadata in front and behind.
  static var echoing: RPCRouter {
    serving(.echo) { request, _ in
      ServerResponse(
        message: request.message, metadata: request.metadata, trailingMetadata: request.metadata)
    }
  }

  /// One method.
  static func serving(
    _ method: MethodDescriptor,
    _ handler:
      @escaping @Sendable (ServerRequest<Echo>, ServerContext) async throws ->
      ServerResponse<Echo>
  ) -> RPCRouter {
    var router = RPCRouter()
    router.registerUnary(method, handler: handler)
    return router
  }

  /// `wait` does not return before it is cancelled. `events` is told that it began and how it was
  /// cancelled.
  static func waiting(_ events: AsyncStream<String>.Continuation) -> RPCRouter {
    var router = RPCRouter.echoing
    router.registerUnary(.wait) {
      (request: ServerRequest<Echo>, context: ServerContext) -> ServerResponse<Echo> in
      events.yield("began")
      do {
        try await Task.sleep(for: .seconds(3600))
      } catch {
        events.yield("cancelled")
        throw error
      }
      return ServerResponse(message: request.message)
    }
    return router
  }
}
