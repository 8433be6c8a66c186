/// The files of `--tls-certificate`, `--tls-private-key` and `--tls-client-ca`, all PEM.
package struct TLSFiles: Equatable, Sendable {
  /// The server's certificate, then those between it and its authority.
  package var certificate: String
  package var privateKey: String
  /// Who signs the certificates that clients must show; nil asks for none.
  package var clientCA: String?

  /// - Returns: nil where no TLS is configured.
  /// - Throws: what is missing where it is half configured.
  static func read(_ reader: SettingReader) throws(ConfigurationError) -> TLSFiles? {
    func path(_ setting: Setting) throws(ConfigurationError) -> String? {
      try reader.one(setting, accepted: "the path of a PEM file") { $0.isEmpty ? nil : $0 }
    }
    let (certificate, privateKey) = (try path(.tlsCertificate), try path(.tlsPrivateKey))
    let clientCA = try path(.tlsClientCA)
    if let certificate, let privateKey {
      return TLSFiles(certificate: certificate, privateKey: privateKey, clientCA: clientCA)
    }
    for setting in [Setting.tlsCertificate, .tlsPrivateKey, .tlsClientCA] {
      guard let value = reader.values[setting] else { continue }
      throw ConfigurationError(
        setting: setting, value: value,
        problem: "is not enough for TLS; accepted: --tls-certificate with --tls-private-key")
    }
    return nil
  }
}
