import NIOSSL
import Synchronization

/// What a server shows to its clients over TLS, and whose certificates it accepts from them.
///
/// TLS 1.2 with the ciphers that HTTP/2 admits, or TLS 1.3; ALPN `h2` only. With a client authority
/// every client must show a certificate that it has signed.
package final class TLSIdentity: Sendable {
  private let certificateChain: TLSMaterial
  private let privateKey: TLSMaterial
  private let clientAuthority: TLSMaterial?
  private let context: Mutex<NIOSSLContext>

  /// - Parameters:
  ///   - certificateChain: the server's certificate, then those between it and its authority.
  ///   - privateKey: the key of the first certificate.
  ///   - clientAuthority: who signs the certificates of clients; nil asks for none.
  package init(
    certificateChain: TLSMaterial, privateKey: TLSMaterial, clientAuthority: TLSMaterial? = nil
  ) throws(TLSIdentityError) {
    self.certificateChain = certificateChain
    self.privateKey = privateKey
    self.clientAuthority = clientAuthority
    context = Mutex(
      try Self.makeContext(
        certificateChain: certificateChain, privateKey: privateKey,
        clientAuthority: clientAuthority))
  }

  /// Reads the files again; connections accepted from here on get what they hold. When they are of
  /// no use, an error is thrown and the former identity stays.
  package func reload() throws(TLSIdentityError) {
    let fresh = try Self.makeContext(
      certificateChain: certificateChain, privateKey: privateKey, clientAuthority: clientAuthority)
    context.withLock { $0 = fresh }
  }

  func makeHandler() -> NIOSSLServerHandler {
    NIOSSLServerHandler(context: context.withLock { $0 })
  }

  private static func makeContext(
    certificateChain: TLSMaterial, privateKey: TLSMaterial, clientAuthority: TLSMaterial?
  ) throws(TLSIdentityError) -> NIOSSLContext {
    let credential = try TLSCredential(certificateChain, privateKey)
    var configuration =
      if let clientAuthority {
        TLSConfiguration.makeServerConfigurationWithMTLS(
          certificateChain: credential.chain, privateKey: .privateKey(credential.key),
          trustRoots: try TLSCredential.trustRoots(clientAuthority))
      } else {
        TLSConfiguration.makeServerConfiguration(
          certificateChain: credential.chain, privateKey: .privateKey(credential.key))
      }
    configuration.restrictToHTTP2()
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .mismatch(certificate: certificateChain, privateKey: privateKey)
    }
  }
}

/// A certificate chain and the key of its first certificate, as they were read.
struct TLSCredential {
  let chain: [NIOSSLCertificateSource]
  let key: NIOSSLPrivateKey

  init(_ certificateChain: TLSMaterial, _ privateKey: TLSMaterial) throws(TLSIdentityError) {
    guard let chain = try? certificateChain.certificates(), !chain.isEmpty else {
      throw .invalidCertificate(certificateChain)
    }
    guard let key = try? privateKey.privateKey() else { throw .invalidPrivateKey(privateKey) }
    self.chain = chain.map { .certificate($0) }
    self.key = key
  }

  static func trustRoots(_ authority: TLSMaterial) throws(TLSIdentityError) -> NIOSSLTrustRoots {
    guard let certificates = try? authority.certificates(), !certificates.isEmpty else {
      throw .invalidAuthority(authority)
    }
    return .certificates(certificates)
  }
}

extension TLSConfiguration {
  /// The name of HTTP/2 in ALPN (RFC 9113 §3.2).
  static let http2Protocol = "h2"

  /// The ciphers of TLS 1.2 that RFC 9113 Appendix A does not prohibit: ephemeral keys and
  /// authenticated encryption (§9.2.2). Those of TLS 1.3 are all of that kind.
  private static let ciphersOfTLS12: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]

  /// Leaves only what RFC 9113 §9.2 admits.
  mutating func restrictToHTTP2() {
    minimumTLSVersion = .tlsv12
    cipherSuiteValues = Self.ciphersOfTLS12
    applicationProtocols = [Self.http2Protocol]
    renegotiationSupport = .none
  }
}
