import CMessages

extension GRPCChannelzV1 {
  /// The address of a socket.
  package struct Address: Equatable, Sendable {
    /// The address.
    package enum Kind: Equatable, Sendable {
      /// TCP.
      case tcpipAddress(Address.TcpIpAddress)
      /// A Unix domain socket.
      case udsAddress(Address.UdsAddress)
      /// Another one.
      case otherAddress(Address.OtherAddress)
    }

    /// The address.
    package var kind: Kind?

    package init(kind: Kind? = nil) {
      self.kind = kind
    }
  }
}

extension GRPCChannelzV1.Address: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__address__unpack)
}

extension GRPCChannelzV1.Address: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__Address>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      kind: unsafe Self.kind(source, &reader, path))
  }

  func fill(_ target: UnsafeMutablePointer<Grpc__Channelz__V1__Address>, _ arena: inout Arena) {
    unsafe grpc__channelz__v1__address__init(target)
    unsafe fillKind(target, &arena)
  }

  private static func kind(
    _ source: UnsafePointer<Grpc__Channelz__V1__Address>, _ reader: inout MessageReader,
    _ path: () -> String
  ) -> Kind? {
    switch unsafe source.pointee.address_case {
    case GRPC__CHANNELZ__V1__ADDRESS__ADDRESS_TCPIP_ADDRESS:
      unsafe reader.message(source.pointee.tcpip_address, "\(path())tcpip_address").map {
        .tcpipAddress($0)
      }
    case GRPC__CHANNELZ__V1__ADDRESS__ADDRESS_UDS_ADDRESS:
      unsafe reader.message(source.pointee.uds_address, "\(path())uds_address").map {
        .udsAddress($0)
      }
    case GRPC__CHANNELZ__V1__ADDRESS__ADDRESS_OTHER_ADDRESS:
      unsafe reader.message(source.pointee.other_address, "\(path())other_address").map {
        .otherAddress($0)
      }
    default: nil
    }
  }

  private func fillKind(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__Address>, _ arena: inout Arena
  ) {
    switch kind {
    case .tcpipAddress(let value):
      unsafe target.pointee.address_case =
        GRPC__CHANNELZ__V1__ADDRESS__ADDRESS_TCPIP_ADDRESS
      unsafe target.pointee.tcpip_address = arena.message(value)
    case .udsAddress(let value):
      unsafe target.pointee.address_case =
        GRPC__CHANNELZ__V1__ADDRESS__ADDRESS_UDS_ADDRESS
      unsafe target.pointee.uds_address = arena.message(value)
    case .otherAddress(let value):
      unsafe target.pointee.address_case =
        GRPC__CHANNELZ__V1__ADDRESS__ADDRESS_OTHER_ADDRESS
      unsafe target.pointee.other_address = arena.message(value)
    case nil: break
    }
  }
}

extension GRPCChannelzV1.Address {
  /// An address of TCP.
  package struct TcpIpAddress: Equatable, Sendable {
    /// 4 bytes of IPv4 or 16 of IPv6.
    package var ipAddress: [UInt8]
    /// The port; -1 when there is none.
    package var port: Int32

    package init(ipAddress: [UInt8] = [], port: Int32 = 0) {
      self.ipAddress = ipAddress
      self.port = port
    }
  }
}

extension GRPCChannelzV1.Address.TcpIpAddress: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__Address__TcpIpAddress>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      ipAddress: unsafe reader.bytes(source.pointee.ip_address),
      port: unsafe source.pointee.port)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__Address__TcpIpAddress>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__address__tcp_ip_address__init(target)
    unsafe target.pointee.ip_address = arena.bytes(ipAddress)
    unsafe target.pointee.port = port
  }
}

extension GRPCChannelzV1.Address {
  /// A Unix domain socket.
  package struct UdsAddress: Equatable, Sendable {
    /// Its path.
    package var filename: String

    package init(filename: String = "") {
      self.filename = filename
    }
  }
}

extension GRPCChannelzV1.Address.UdsAddress: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__Address__UdsAddress>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      filename: unsafe reader.text(source.pointee.filename, "\(path())filename"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__Address__UdsAddress>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__address__uds_address__init(target)
    unsafe target.pointee.filename = arena.text(filename)
  }
}

extension GRPCChannelzV1.Address {
  /// Any other address.
  package struct OtherAddress: Equatable, Sendable {
    /// The address in words.
    package var name: String
    /// The address as a message.
    package var value: GoogleProtobuf.AnyMessage?

    package init(name: String = "", value: GoogleProtobuf.AnyMessage? = nil) {
      self.name = name
      self.value = value
    }
  }
}

extension GRPCChannelzV1.Address.OtherAddress: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__Address__OtherAddress>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      name: unsafe reader.text(source.pointee.name, "\(path())name"),
      value: unsafe reader.message(source.pointee.value, "\(path())value"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__Address__OtherAddress>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__address__other_address__init(target)
    unsafe target.pointee.name = arena.text(name)
    unsafe target.pointee.value = arena.message(value)
  }
}
