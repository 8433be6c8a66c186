import ArgumentParser
import Server

/// The options of `provisiond serve` for the life of its callers' connections (gRFC A9).
struct ConnectionOptions: ParsableArguments {
  @Option(help: "Seconds without a sign of a client before it is asked for one. Default: 7200")
  var keepaliveTime: String?

  @Option(help: "Seconds that its answer may take. Default: 20")
  var keepaliveTimeout: String?

  @Option(help: "Seconds after which a connection without calls is closed. Default: never")
  var maxConnectionIdle: String?

  @Option(help: "Seconds after which any connection is closed, give or take 10 %. Default: never")
  var maxConnectionAge: String?

  @Option(help: "Seconds that calls in flight may go on then. Default: without limit")
  var maxConnectionAgeGrace: String?

  @Option(help: "Connections on one address, of all clients together. Default: 8192")
  var maxConnections: String?

  @Option(help: "Calls at once on one connection. Default: 256")
  var maxConcurrentStreams: String?

  var options: [Setting: [String]] {
    [
      .keepaliveTime: keepaliveTime, .keepaliveTimeout: keepaliveTimeout,
      .maxConnectionIdle: maxConnectionIdle, .maxConnectionAge: maxConnectionAge,
      .maxConnectionAgeGrace: maxConnectionAgeGrace, .maxConnections: maxConnections,
      .maxConcurrentStreams: maxConcurrentStreams,
    ].compactMapValues { $0.map { [$0] } }
  }
}
