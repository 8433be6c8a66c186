import ArgumentParser
import Server

/// The options of `provisiond serve` for TLS.
struct TLSOptions: ParsableArguments {
  @Option(
    help: """
      The server's certificate chain, PEM. With a key, gRPC is served over TLS 1.2 and 1.3 only; \
      files that change are read again.
      """)
  var tlsCertificate: String?

  @Option(help: "The private key of the certificate, PEM.")
  var tlsPrivateKey: String?

  @Option(help: "The authority of the clients, PEM: each client must show a certificate of it.")
  var tlsClientCa: String?

  var options: [Setting: [String]] {
    [
      .tlsCertificate: tlsCertificate, .tlsPrivateKey: tlsPrivateKey, .tlsClientCA: tlsClientCa,
    ].compactMapValues { $0.map { [$0] } }
  }
}
