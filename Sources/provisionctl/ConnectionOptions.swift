import ArgumentParser
import Foundation
import GRPC
import HTTP2
import NIOPosix

/// The options of every command: where the service is and how the answer is printed.
struct ConnectionOptions: ParsableArguments {
  @Option(help: "HOST:PORT of the service (or PROVISIONCTL_TARGET). Default: 127.0.0.1:50051")
  var target: String?

  @Option(
    name: .customLong("tls-ca"),
    help: "Connects over TLS to a server whose certificate this authority signed, PEM.")
  var tlsAuthority: String?

  @Option(help: "The certificate chain to show to the server, PEM. With a key; needs --tls-ca.")
  var tlsCertificate: String?

  @Option(help: "The private key of the certificate, PEM.")
  var tlsPrivateKey: String?

  @Option(
    help: """
      A file with the bearer token to show (or PROVISIONCTL_TOKEN). It is sent over TLS, or to this \
      machine.
      """)
  var tokenFile: String?

  @Option(help: "Seconds to wait for an answer, connecting included.")
  var timeout: Double = 30

  @Option(help: "json, yaml, text or table.")
  var output: OutputFormat = .json

  /// Longest timeout that fits into `grpc-timeout` in seconds (eight digits).
  private static let maximumTimeout = 99_999_999.0

  func validate() throws {
    guard timeout > 0, timeout <= Self.maximumTimeout else {
      throw ValidationError("--timeout: accepted: a number of seconds above 0")
    }
    guard (tlsCertificate == nil) == (tlsPrivateKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-private-key go together")
    }
    guard tlsCertificate == nil || tlsAuthority != nil else {
      throw ValidationError("--tls-certificate: needs --tls-ca, too")
    }
  }

  /// Makes one call, prints its answer and returns it.
  ///
  /// - Parameter isCreation: whether a user may be there when its answer is lost.
  @discardableResult
  func call<Request: GRPC.Message, Response: GRPC.Message & Outputable>(
    _ request: Request, method: MethodDescriptor, answer: Response.Type, isCreation: Bool = false
  ) async throws -> Response {
    try await withClient(isCreation: isCreation) { client in
      let response: Response = try await client.unary(request, method: method)
      print(output.render(response.output))
      return response
    }
  }

  /// Connects, and tells the failure of a call as the command's.
  func withClient<Result>(
    isCreation: Bool = false, _ body: (ConnectedClient) async throws -> Result
  ) async throws -> Result {
    let (host, port) = try address()
    let metadata = try credentials(for: host)
    let deadline = ContinuousClock.now.advanced(by: .seconds(timeout))
    do {
      let client = try await GRPCClient.connect(
        host: host, port: port, group: MultiThreadedEventLoopGroup.singleton, tls: tls,
        timeout: .seconds(timeout))
      let result = try await body(
        ConnectedClient(client: client, metadata: metadata, deadline: deadline))
      await client.close()
      return result
    } catch let error as RPCError {
      throw Failure.exit(error, isCreation: isCreation)
    }
  }

  private func credentials(for host: String) throws -> Metadata {
    let token = try BearerToken(
      file: tokenFile, environment: ProcessInfo.processInfo.environment)
    guard let token else { return Metadata() }
    guard tls != nil || Loopback.contains(host) else {
      throw ValidationError("a token goes to another machine over TLS only: accepted: --tls-ca")
    }
    return token.metadata
  }

  /// nil connects in the clear.
  private var tls: ClientTLS? {
    tlsAuthority.map { authority in
      ClientTLS(
        authority: .file(authority), certificateChain: tlsCertificate.map { .file($0) },
        privateKey: tlsPrivateKey.map { .file($0) })
    }
  }

  private func address() throws -> (host: String, port: Int) {
    let text =
      target ?? ProcessInfo.processInfo.environment["PROVISIONCTL_TARGET"] ?? "127.0.0.1:50051"
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
      let port = UInt16(text[text.index(after: colon)...])
    else {
      throw ValidationError("--target: accepted: HOST:PORT, e.g. 127.0.0.1:50051")
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return (String(host), Int(port))
  }
}

/// A connection to the service, with the caller's credentials.
struct ConnectedClient {
  let client: GRPCClient
  let metadata: Metadata
  /// Of all calls that end by themselves.
  let deadline: ContinuousClock.Instant

  func unary<Request: GRPC.Message, Response: GRPC.Message>(
    _ request: Request, method: MethodDescriptor
  ) async throws(RPCError) -> Response {
    // A server that is told of no time at all refuses the call.
    try await client.unary(
      request, method: method, metadata: metadata,
      timeout: max(.milliseconds(1), ContinuousClock.now.duration(to: deadline))
    ).message
  }
}

/// An answer that can be printed.
protocol Outputable {
  var output: OutputValue { get }
}
