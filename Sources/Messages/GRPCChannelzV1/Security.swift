import CMessages

extension GRPCChannelzV1 {
  /// How a socket is secured.
  package struct Security: Equatable, Sendable {
    /// What it is.
    package enum Model: Equatable, Sendable {
      /// TLS.
      case tls(Security.Tls)
      /// Anything else.
      case other(Security.OtherSecurity)
    }

    /// What it is.
    package var model: Model?

    package init(model: Model? = nil) {
      self.model = model
    }
  }
}

extension GRPCChannelzV1.Security: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__security__unpack)
}

extension GRPCChannelzV1.Security: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__Security>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      model: unsafe Self.model(source, &reader, path))
  }

  func fill(_ target: UnsafeMutablePointer<Grpc__Channelz__V1__Security>, _ arena: inout Arena) {
    unsafe grpc__channelz__v1__security__init(target)
    unsafe fillModel(target, &arena)
  }

  private static func model(
    _ source: UnsafePointer<Grpc__Channelz__V1__Security>, _ reader: inout MessageReader,
    _ path: () -> String
  ) -> Model? {
    switch unsafe source.pointee.model_case {
    case GRPC__CHANNELZ__V1__SECURITY__MODEL_TLS:
      unsafe reader.message(source.pointee.tls, "\(path())tls").map { .tls($0) }
    case GRPC__CHANNELZ__V1__SECURITY__MODEL_OTHER:
      unsafe reader.message(source.pointee.other, "\(path())other").map { .other($0) }
    default: nil
    }
  }

  private func fillModel(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__Security>, _ arena: inout Arena
  ) {
    switch model {
    case .tls(let value):
      unsafe target.pointee.model_case =
        GRPC__CHANNELZ__V1__SECURITY__MODEL_TLS
      unsafe target.pointee.tls = arena.message(value)
    case .other(let value):
      unsafe target.pointee.model_case =
        GRPC__CHANNELZ__V1__SECURITY__MODEL_OTHER
      unsafe target.pointee.other = arena.message(value)
    case nil: break
    }
  }
}

extension GRPCChannelzV1.Security {
  /// TLS.
  package struct Tls: Equatable, Sendable {
    /// The cipher suite.
    package enum CipherSuite: Equatable, Sendable {
      /// Its name in the form of RFC 4346, appendix C.
      case standardName(String)
      /// Its name where it has none there.
      case otherName(String)
    }

    /// The cipher suite.
    package var cipherSuite: CipherSuite?
    /// The certificate of this end.
    package var localCertificate: [UInt8]
    /// The certificate of the other end.
    package var remoteCertificate: [UInt8]

    package init(
      cipherSuite: CipherSuite? = nil, localCertificate: [UInt8] = [],
      remoteCertificate: [UInt8] = []
    ) {
      self.cipherSuite = cipherSuite
      self.localCertificate = localCertificate
      self.remoteCertificate = remoteCertificate
    }
  }
}

extension GRPCChannelzV1.Security.Tls: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__Security__Tls>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      cipherSuite: unsafe Self.cipherSuite(source, &reader, path),
      localCertificate: unsafe reader.bytes(source.pointee.local_certificate),
      remoteCertificate: unsafe reader.bytes(source.pointee.remote_certificate))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__Security__Tls>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__security__tls__init(target)
    unsafe fillCipherSuite(target, &arena)
    unsafe target.pointee.local_certificate = arena.bytes(localCertificate)
    unsafe target.pointee.remote_certificate = arena.bytes(remoteCertificate)
  }

  private static func cipherSuite(
    _ source: UnsafePointer<Grpc__Channelz__V1__Security__Tls>, _ reader: inout MessageReader,
    _ path: () -> String
  ) -> CipherSuite? {
    switch unsafe source.pointee.cipher_suite_case {
    case GRPC__CHANNELZ__V1__SECURITY__TLS__CIPHER_SUITE_STANDARD_NAME:
      .standardName(unsafe reader.text(source.pointee.standard_name, "\(path())standard_name"))
    case GRPC__CHANNELZ__V1__SECURITY__TLS__CIPHER_SUITE_OTHER_NAME:
      .otherName(unsafe reader.text(source.pointee.other_name, "\(path())other_name"))
    default: nil
    }
  }

  private func fillCipherSuite(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__Security__Tls>, _ arena: inout Arena
  ) {
    switch cipherSuite {
    case .standardName(let value):
      unsafe target.pointee.cipher_suite_case =
        GRPC__CHANNELZ__V1__SECURITY__TLS__CIPHER_SUITE_STANDARD_NAME
      unsafe target.pointee.standard_name = arena.text(value)
    case .otherName(let value):
      unsafe target.pointee.cipher_suite_case =
        GRPC__CHANNELZ__V1__SECURITY__TLS__CIPHER_SUITE_OTHER_NAME
      unsafe target.pointee.other_name = arena.text(value)
    case nil: break
    }
  }
}

extension GRPCChannelzV1.Security {
  /// Anything else.
  package struct OtherSecurity: Equatable, Sendable {
    /// What it is, in words.
    package var name: String
    /// Its details.
    package var value: GoogleProtobuf.AnyMessage?

    package init(name: String = "", value: GoogleProtobuf.AnyMessage? = nil) {
      self.name = name
      self.value = value
    }
  }
}

extension GRPCChannelzV1.Security.OtherSecurity: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__Security__OtherSecurity>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      name: unsafe reader.text(source.pointee.name, "\(path())name"),
      value: unsafe reader.message(source.pointee.value, "\(path())value"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__Security__OtherSecurity>,
    _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__security__other_security__init(target)
    unsafe target.pointee.name = arena.text(name)
    unsafe target.pointee.value = arena.message(value)
  }
}
