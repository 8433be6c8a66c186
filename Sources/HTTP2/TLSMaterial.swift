import NIOSSL

/// Where a certificate or a key in PEM comes from.
package enum TLSMaterial: Hashable, Sendable {
  /// A file, read again at each reload.
  case file(String)
  /// The text itself.
  case pem([UInt8])

  func certificates() throws -> [NIOSSLCertificate] {
    switch self {
    case .file(let path): try NIOSSLCertificate.fromPEMFile(path)
    case .pem(let bytes): try NIOSSLCertificate.fromPEMBytes(bytes)
    }
  }

  func privateKey() throws -> NIOSSLPrivateKey {
    switch self {
    case .file(let path): try NIOSSLPrivateKey(file: path, format: .pem)
    case .pem(let bytes): try NIOSSLPrivateKey(bytes: bytes, format: .pem)
    }
  }
}

extension TLSMaterial: CustomStringConvertible, CustomReflectable {
  /// The path; of a text nothing, because it may be a key.
  package var description: String {
    switch self {
    case .file(let path): path
    case .pem: "PEM text"
    }
  }

  package var customMirror: Mirror {
    Mirror(self, children: ["source": description])
  }
}

/// Why certificates and keys cannot be used.
package enum TLSIdentityError: Error, Hashable, Sendable {
  /// Missing, unreadable, or not one certificate or more in PEM.
  case invalidCertificate(TLSMaterial)
  /// Missing, unreadable, encrypted, or not a key in PEM.
  case invalidPrivateKey(TLSMaterial)
  /// Missing, unreadable, or not one certificate or more in PEM.
  case invalidAuthority(TLSMaterial)
  /// The key is not that of the first certificate, or the two are of no use to TLS.
  case mismatch(certificate: TLSMaterial, privateKey: TLSMaterial)
}

extension TLSIdentityError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .invalidCertificate(let source):
      "\(source): no certificate in PEM can be read here"
    case .invalidPrivateKey(let source):
      "\(source): no private key in PEM without a password can be read here"
    case .invalidAuthority(let source):
      "\(source): no certificate of an authority in PEM can be read here"
    case .mismatch(let certificate, let privateKey):
      "\(privateKey): this is not the private key of the first certificate in \(certificate)"
    }
  }
}
