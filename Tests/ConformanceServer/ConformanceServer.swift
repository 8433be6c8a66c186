import ArgumentParser
import GRPC
import HTTP2
import Logging
import NIOCore
import NIOPosix

/// Serves the standard test services on our GRPC room until it is terminated, so that anybody's
/// conformance runner can judge it.
@main
struct ConformanceServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance-server",
    abstract: "Serves grpc.testing.TestService and connectrpc's ConformanceService.",
    discussion: """
      Without --listen it is told by its standard input what to serve, and tells by its standard \
      output where, as the runner of connectrpc/conformance expects.
      """)

  @Option(help: ArgumentHelp("The address to serve.", valueName: "host:port"))
  var listen: String?

  @Option(help: ArgumentHelp("Certificate chain of the server, in PEM.", valueName: "file"))
  var tlsCertificate: String?

  @Option(help: ArgumentHelp("Key of the certificate, in PEM.", valueName: "file"))
  var tlsPrivateKey: String?

  @Option(
    help: ArgumentHelp("How long any slow peer is waited for, in seconds.", valueName: "seconds"))
  var patience: Double?

  private var limits: GRPCLimits {
    var limits = GRPCLimits()
    if let patience { limits.http2.patience = PatienceLimits(all: .seconds(patience)) }
    return limits
  }

  private var address: (host: String, port: Int)? {
    guard let listen, let colon = listen.lastIndex(of: ":"),
      let port = Int(listen[listen.index(after: colon)...])
    else { return nil }
    return (String(listen[..<colon].filter { $0 != "[" && $0 != "]" }), port)
  }

  func validate() throws {
    if listen != nil, address == nil { throw ValidationError("--listen takes HOST:PORT.") }
    if (tlsCertificate == nil) != (tlsPrivateKey == nil) {
      throw ValidationError("--tls-certificate and --tls-private-key go together.")
    }
    if listen == nil, tlsCertificate != nil {
      throw ValidationError("The options for TLS go with --listen.")
    }
  }

  func run() async throws {
    if let address {
      var identity: TLSIdentity?
      if let tlsCertificate, let tlsPrivateKey {
        identity = try TLSIdentity(
          certificateChain: .file(tlsCertificate), privateKey: .file(tlsPrivateKey))
      }
      try await serve(address.host, address.port, tls: identity, limits: limits) {
        print("listening on \($0):\($1)")
      }
    } else {
      try await serveRunner()
    }
  }

  /// Serves as the runner asks on standard input.
  private func serveRunner() async throws {
    let message = try RunnerStreams.read()
    let request = try ServerCompatRequest(bytes: message.span)
    var identity: TLSIdentity?
    if let credentials = request.credentials {
      identity = try TLSIdentity(
        certificateChain: .pem(credentials.certificate), privateKey: .pem(credentials.key),
        clientAuthority: request.clientCertificate.isEmpty ? nil : .pem(request.clientCertificate))
    }
    var limits = GRPCLimits()
    if request.messageReceiveLimit > 0 {
      limits.maximumReceiveMessageLength = request.messageReceiveLimit
    }
    try await serve("127.0.0.1", 0, tls: identity, limits: limits) { host, port in
      let response = ServerCompatResponse(
        host: host, port: port, certificate: request.credentials?.certificate ?? [])
      try RunnerStreams.write(response.bytes)
    }
  }

  /// - Parameter tell: is given the address in use.
  private func serve(
    _ host: String, _ port: Int, tls: TLSIdentity?, limits: GRPCLimits = GRPCLimits(),
    tell: (String, Int) throws -> Void
  ) async throws {
    var router = RPCRouter()
    ConformanceService.register(in: &router)
    TestService.register(in: &router)
    var logger = Logger(label: "conformance-server") {
      StreamLogHandler.standardError(label: $0)
    }
    logger.logLevel = .warning
    let server = GRPCServer(router: router, limits: limits, logger: logger)
    let address = try await server.listen(
      host: host, port: port, group: MultiThreadedEventLoopGroup.singleton, tls: tls)
    try tell(host, address.port ?? port)
    while true { try await Task.sleep(for: .seconds(3600)) }
  }
}
