import NIOCore
import NIOSSL

/// How a client makes sure of its server over TLS, and what it shows of itself.
package struct ClientTLS: Sendable {
  /// Who signs the server's certificate; nil trusts the authorities of the system.
  package var authority: TLSMaterial?
  /// The client's own certificate and those up to its authority, with `privateKey`; nil for none.
  package var certificateChain: TLSMaterial?
  /// The key of the first certificate.
  package var privateKey: TLSMaterial?
  /// The name that the server's certificate must have; nil takes the host that is connected to.
  package var serverName: String?

  package init(
    authority: TLSMaterial? = nil, certificateChain: TLSMaterial? = nil,
    privateKey: TLSMaterial? = nil, serverName: String? = nil
  ) {
    self.authority = authority
    self.certificateChain = certificateChain
    self.privateKey = privateKey
    self.serverName = serverName
  }

  func makeContext() throws(TLSIdentityError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.restrictToHTTP2()
    if let authority {
      configuration.trustRoots = try TLSCredential.trustRoots(authority)
    }
    if let certificateChain, let privateKey {
      let credential = try TLSCredential(certificateChain, privateKey)
      configuration.certificateChain = credential.chain
      configuration.privateKey = .privateKey(credential.key)
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      let none = TLSMaterial.pem([])
      throw .mismatch(certificate: certificateChain ?? none, privateKey: privateKey ?? none)
    }
  }

  /// The name for SNI and verification; nil for an address, which is verified as such (RFC 6066 §3
  /// admits no addresses).
  func name(for host: String) -> String? {
    let name = serverName ?? host
    return (try? SocketAddress(ipAddress: name, port: 0)) == nil ? name : nil
  }
}
