import CMessages

extension GRPCChannelzV1 {
  /// Asks for the connections of one server.
  package struct GetServerSocketsRequest: Equatable, Sendable {
    /// The server's identifier.
    package var serverID: Int64
    /// The first identifier of the page: one above the last of the page before, or 0.
    package var startSocketID: Int64
    /// The size of the page; 0 leaves it to the server.
    package var maxResults: Int64

    package init(serverID: Int64 = 0, startSocketID: Int64 = 0, maxResults: Int64 = 0) {
      self.serverID = serverID
      self.startSocketID = startSocketID
      self.maxResults = maxResults
    }
  }
}

extension GRPCChannelzV1.GetServerSocketsRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_server_sockets_request__unpack)
}

extension GRPCChannelzV1.GetServerSocketsRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetServerSocketsRequest>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      serverID: unsafe source.pointee.server_id,
      startSocketID: unsafe source.pointee.start_socket_id,
      maxResults: unsafe source.pointee.max_results)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetServerSocketsRequest>,
    _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_server_sockets_request__init(target)
    unsafe target.pointee.server_id = serverID
    unsafe target.pointee.start_socket_id = startSocketID
    unsafe target.pointee.max_results = maxResults
  }
}

extension GRPCChannelzV1 {
  /// A page of connections.
  package struct GetServerSocketsResponse: Equatable, Sendable {
    /// By rising identifier.
    package var socketRef: [SocketRef]
    /// Whether there are no more.
    package var end: Bool

    package init(socketRef: [SocketRef] = [], end: Bool = false) {
      self.socketRef = socketRef
      self.end = end
    }
  }
}

extension GRPCChannelzV1.GetServerSocketsResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_server_sockets_response__unpack)
}

extension GRPCChannelzV1.GetServerSocketsResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetServerSocketsResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      socketRef: unsafe reader.messages(
        source.pointee.n_socket_ref, source.pointee.socket_ref, "\(path())socket_ref"),
      end: unsafe source.pointee.end != 0)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetServerSocketsResponse>,
    _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_server_sockets_response__init(target)
    unsafe (target.pointee.n_socket_ref, target.pointee.socket_ref) = arena.messages(socketRef)
    unsafe target.pointee.end = end ? 1 : 0
  }
}

extension GRPCChannelzV1 {
  /// Asks for one socket.
  package struct GetSocketRequest: Equatable, Sendable {
    /// Its identifier.
    package var socketID: Int64
    /// Leaves out what is costly to find.
    package var summary: Bool

    package init(socketID: Int64 = 0, summary: Bool = false) {
      self.socketID = socketID
      self.summary = summary
    }
  }
}

extension GRPCChannelzV1.GetSocketRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_socket_request__unpack)
}

extension GRPCChannelzV1.GetSocketRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetSocketRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      socketID: unsafe source.pointee.socket_id,
      summary: unsafe source.pointee.summary != 0)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetSocketRequest>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_socket_request__init(target)
    unsafe target.pointee.socket_id = socketID
    unsafe target.pointee.summary = summary ? 1 : 0
  }
}

extension GRPCChannelzV1 {
  /// One socket.
  package struct GetSocketResponse: Equatable, Sendable {
    /// The socket.
    package var socket: Socket?

    package init(socket: Socket? = nil) {
      self.socket = socket
    }
  }
}

extension GRPCChannelzV1.GetSocketResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_socket_response__unpack)
}

extension GRPCChannelzV1.GetSocketResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetSocketResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      socket: unsafe reader.message(source.pointee.socket, "\(path())socket"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetSocketResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_socket_response__init(target)
    unsafe target.pointee.socket = arena.message(socket)
  }
}
