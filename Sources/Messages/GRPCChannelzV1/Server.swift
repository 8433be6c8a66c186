import CMessages

extension GRPCChannelzV1 {
  /// A server.
  package struct Server: Equatable, Sendable {
    /// Its identifier.
    package var ref: ServerRef?
    /// Its counters.
    package var data: ServerData?
    /// The sockets that it listens on.
    package var listenSocket: [SocketRef]

    package init(ref: ServerRef? = nil, data: ServerData? = nil, listenSocket: [SocketRef] = []) {
      self.ref = ref
      self.data = data
      self.listenSocket = listenSocket
    }
  }
}

extension GRPCChannelzV1.Server: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__server__unpack)
}

extension GRPCChannelzV1.Server: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__Server>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      ref: unsafe reader.message(source.pointee.ref, "\(path())ref"),
      data: unsafe reader.message(source.pointee.data, "\(path())data"),
      listenSocket: unsafe reader.messages(
        source.pointee.n_listen_socket, source.pointee.listen_socket, "\(path())listen_socket"))
  }

  func fill(_ target: UnsafeMutablePointer<Grpc__Channelz__V1__Server>, _ arena: inout Arena) {
    unsafe grpc__channelz__v1__server__init(target)
    unsafe target.pointee.ref = arena.message(ref)
    unsafe target.pointee.data = arena.message(data)
    unsafe (target.pointee.n_listen_socket, target.pointee.listen_socket) = arena.messages(
      listenSocket)
  }
}

extension GRPCChannelzV1 {
  /// Counters of a server.
  package struct ServerData: Equatable, Sendable {
    /// Calls started.
    package var callsStarted: Int64
    /// Calls that ended with OK.
    package var callsSucceeded: Int64
    /// Calls that ended with another status.
    package var callsFailed: Int64
    /// When the last call was started.
    package var lastCallStartedTimestamp: GoogleProtobuf.Timestamp?

    package init(
      callsStarted: Int64 = 0, callsSucceeded: Int64 = 0, callsFailed: Int64 = 0,
      lastCallStartedTimestamp: GoogleProtobuf.Timestamp? = nil
    ) {
      self.callsStarted = callsStarted
      self.callsSucceeded = callsSucceeded
      self.callsFailed = callsFailed
      self.lastCallStartedTimestamp = lastCallStartedTimestamp
    }
  }
}

extension GRPCChannelzV1.ServerData: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__server_data__unpack)
}

extension GRPCChannelzV1.ServerData: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__ServerData>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      callsStarted: unsafe source.pointee.calls_started,
      callsSucceeded: unsafe source.pointee.calls_succeeded,
      callsFailed: unsafe source.pointee.calls_failed,
      lastCallStartedTimestamp: unsafe reader.message(
        source.pointee.last_call_started_timestamp, "\(path())last_call_started_timestamp"))
  }

  func fill(_ target: UnsafeMutablePointer<Grpc__Channelz__V1__ServerData>, _ arena: inout Arena) {
    unsafe grpc__channelz__v1__server_data__init(target)
    unsafe target.pointee.calls_started = callsStarted
    unsafe target.pointee.calls_succeeded = callsSucceeded
    unsafe target.pointee.calls_failed = callsFailed
    unsafe target.pointee.last_call_started_timestamp = arena.message(lastCallStartedTimestamp)
  }
}
