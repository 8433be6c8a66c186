import CMessages

extension GRPCChannelzV1 {
  /// A reference to a socket.
  package struct SocketRef: Equatable, Sendable {
    /// Unique in the process, above 0, never used again.
    package var socketID: Int64
    /// A name for people.
    package var name: String

    package init(socketID: Int64 = 0, name: String = "") {
      self.socketID = socketID
      self.name = name
    }
  }
}

extension GRPCChannelzV1.SocketRef: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__socket_ref__unpack)
}

extension GRPCChannelzV1.SocketRef: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__SocketRef>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      socketID: unsafe source.pointee.socket_id,
      name: unsafe reader.text(source.pointee.name, "\(path())name"))
  }

  func fill(_ target: UnsafeMutablePointer<Grpc__Channelz__V1__SocketRef>, _ arena: inout Arena) {
    unsafe grpc__channelz__v1__socket_ref__init(target)
    unsafe target.pointee.socket_id = socketID
    unsafe target.pointee.name = arena.text(name)
  }
}

extension GRPCChannelzV1 {
  /// A reference to a server.
  package struct ServerRef: Equatable, Sendable {
    /// Unique in the process, above 0, never used again.
    package var serverID: Int64
    /// A name for people.
    package var name: String

    package init(serverID: Int64 = 0, name: String = "") {
      self.serverID = serverID
      self.name = name
    }
  }
}

extension GRPCChannelzV1.ServerRef: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__server_ref__unpack)
}

extension GRPCChannelzV1.ServerRef: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__ServerRef>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      serverID: unsafe source.pointee.server_id,
      name: unsafe reader.text(source.pointee.name, "\(path())name"))
  }

  func fill(_ target: UnsafeMutablePointer<Grpc__Channelz__V1__ServerRef>, _ arena: inout Arena) {
    unsafe grpc__channelz__v1__server_ref__init(target)
    unsafe target.pointee.server_id = serverID
    unsafe target.pointee.name = arena.text(name)
  }
}
