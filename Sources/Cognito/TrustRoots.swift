import NIOSSL

/// How the service proves who it is.
enum TrustRoots {
  /// TLS 1.2 or later, the certificate and its host name verified, against the system's authorities
  /// or those of `AWS_CA_BUNDLE` alone.
  static func context(authoritiesFile: String?) throws(CognitoConfigurationError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .fullVerification
    configuration.applicationProtocols = ["http/1.1"]
    do {
      if let authoritiesFile {
        let certificates = try NIOSSLCertificate.fromPEMFile(authoritiesFile)
        configuration.trustRoots = .certificates(certificates)
      }
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw CognitoConfigurationError(
        setting: authoritiesFile == nil ? "TLS" : "AWS_CA_BUNDLE",
        problem: authoritiesFile == nil
          ? "the system's certificate authorities cannot be read"
          : "cannot be read as a PEM file of certificates")
    }
  }
}
