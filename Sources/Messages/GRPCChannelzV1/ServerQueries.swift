import CMessages

extension GRPCChannelzV1 {
  /// Asks for servers.
  package struct GetServersRequest: Equatable, Sendable {
    /// The first identifier of the page: one above the last of the page before, or 0.
    package var startServerID: Int64
    /// The size of the page; 0 leaves it to the server.
    package var maxResults: Int64

    package init(startServerID: Int64 = 0, maxResults: Int64 = 0) {
      self.startServerID = startServerID
      self.maxResults = maxResults
    }
  }
}

extension GRPCChannelzV1.GetServersRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_servers_request__unpack)
}

extension GRPCChannelzV1.GetServersRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetServersRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      startServerID: unsafe source.pointee.start_server_id,
      maxResults: unsafe source.pointee.max_results)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetServersRequest>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_servers_request__init(target)
    unsafe target.pointee.start_server_id = startServerID
    unsafe target.pointee.max_results = maxResults
  }
}

extension GRPCChannelzV1 {
  /// A page of servers.
  package struct GetServersResponse: Equatable, Sendable {
    /// By rising identifier.
    package var server: [Server]
    /// Whether there are no more.
    package var end: Bool

    package init(server: [Server] = [], end: Bool = false) {
      self.server = server
      self.end = end
    }
  }
}

extension GRPCChannelzV1.GetServersResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_servers_response__unpack)
}

extension GRPCChannelzV1.GetServersResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetServersResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      server: unsafe reader.messages(
        source.pointee.n_server, source.pointee.server, "\(path())server"),
      end: unsafe source.pointee.end != 0)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetServersResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_servers_response__init(target)
    unsafe (target.pointee.n_server, target.pointee.server) = arena.messages(server)
    unsafe target.pointee.end = end ? 1 : 0
  }
}

extension GRPCChannelzV1 {
  /// Asks for one server.
  package struct GetServerRequest: Equatable, Sendable {
    /// Its identifier.
    package var serverID: Int64

    package init(serverID: Int64 = 0) {
      self.serverID = serverID
    }
  }
}

extension GRPCChannelzV1.GetServerRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_server_request__unpack)
}

extension GRPCChannelzV1.GetServerRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetServerRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      serverID: unsafe source.pointee.server_id)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetServerRequest>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_server_request__init(target)
    unsafe target.pointee.server_id = serverID
  }
}

extension GRPCChannelzV1 {
  /// One server.
  package struct GetServerResponse: Equatable, Sendable {
    /// The server.
    package var server: Server?

    package init(server: Server? = nil) {
      self.server = server
    }
  }
}

extension GRPCChannelzV1.GetServerResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_server_response__unpack)
}

extension GRPCChannelzV1.GetServerResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetServerResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      server: unsafe reader.message(source.pointee.server, "\(path())server"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetServerResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_server_response__init(target)
    unsafe target.pointee.server = arena.message(server)
  }
}
