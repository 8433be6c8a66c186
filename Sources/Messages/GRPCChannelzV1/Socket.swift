import CMessages

extension GRPCChannelzV1 {
  /// A connection, or a socket that is listened on.
  package struct Socket: Equatable, Sendable {
    /// Its identifier.
    package var ref: SocketRef?
    /// Its counters.
    package var data: SocketData?
    /// The address of this end.
    package var local: Address?
    /// The address of the other end.
    package var remote: Address?
    /// How it is secured; absent when it is not.
    package var security: Security?
    /// The name of the other end, where it is another than the one that was asked for.
    package var remoteName: String

    package init(
      ref: SocketRef? = nil, data: SocketData? = nil, local: Address? = nil, remote: Address? = nil,
      security: Security? = nil, remoteName: String = ""
    ) {
      self.ref = ref
      self.data = data
      self.local = local
      self.remote = remote
      self.security = security
      self.remoteName = remoteName
    }
  }
}

extension GRPCChannelzV1.Socket: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__socket__unpack)
}

extension GRPCChannelzV1.Socket: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__Socket>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      ref: unsafe reader.message(source.pointee.ref, "\(path())ref"),
      data: unsafe reader.message(source.pointee.data, "\(path())data"),
      local: unsafe reader.message(source.pointee.local, "\(path())local"),
      remote: unsafe reader.message(source.pointee.remote, "\(path())remote"),
      security: unsafe reader.message(source.pointee.security, "\(path())security"),
      remoteName: unsafe reader.text(source.pointee.remote_name, "\(path())remote_name"))
  }

  func fill(_ target: UnsafeMutablePointer<Grpc__Channelz__V1__Socket>, _ arena: inout Arena) {
    unsafe grpc__channelz__v1__socket__init(target)
    unsafe target.pointee.ref = arena.message(ref)
    unsafe target.pointee.data = arena.message(data)
    unsafe target.pointee.local = arena.message(local)
    unsafe target.pointee.remote = arena.message(remote)
    unsafe target.pointee.security = arena.message(security)
    unsafe target.pointee.remote_name = arena.text(remoteName)
  }
}

extension GRPCChannelzV1 {
  /// Counters of a socket.
  package struct SocketData: Equatable, Sendable {
    /// Streams started.
    package var streamsStarted: Int64
    /// Streams that this server ended with END_STREAM.
    package var streamsSucceeded: Int64
    /// Streams that ended without it.
    package var streamsFailed: Int64
    /// Messages sent.
    package var messagesSent: Int64
    /// Messages received.
    package var messagesReceived: Int64
    /// Keep-alives sent: PINGs of this server's own.
    package var keepAlivesSent: Int64
    /// When this end last opened a stream; never on a server.
    package var lastLocalStreamCreatedTimestamp: GoogleProtobuf.Timestamp?
    /// When the other end last opened a stream.
    package var lastRemoteStreamCreatedTimestamp: GoogleProtobuf.Timestamp?
    /// When a message was last sent.
    package var lastMessageSentTimestamp: GoogleProtobuf.Timestamp?
    /// When a message was last received.
    package var lastMessageReceivedTimestamp: GoogleProtobuf.Timestamp?
    /// Bytes that this end may send on the connection.
    package var localFlowControlWindow: GoogleProtobuf.Int64Value?
    /// Bytes that the other end may send on the connection.
    package var remoteFlowControlWindow: GoogleProtobuf.Int64Value?

    package init(
      streamsStarted: Int64 = 0, streamsSucceeded: Int64 = 0, streamsFailed: Int64 = 0,
      messagesSent: Int64 = 0, messagesReceived: Int64 = 0, keepAlivesSent: Int64 = 0,
      lastLocalStreamCreatedTimestamp: GoogleProtobuf.Timestamp? = nil,
      lastRemoteStreamCreatedTimestamp: GoogleProtobuf.Timestamp? = nil,
      lastMessageSentTimestamp: GoogleProtobuf.Timestamp? = nil,
      lastMessageReceivedTimestamp: GoogleProtobuf.Timestamp? = nil,
      localFlowControlWindow: GoogleProtobuf.Int64Value? = nil,
      remoteFlowControlWindow: GoogleProtobuf.Int64Value? = nil
    ) {
      self.streamsStarted = streamsStarted
      self.streamsSucceeded = streamsSucceeded
      self.streamsFailed = streamsFailed
      self.messagesSent = messagesSent
      self.messagesReceived = messagesReceived
      self.keepAlivesSent = keepAlivesSent
      self.lastLocalStreamCreatedTimestamp = lastLocalStreamCreatedTimestamp
      self.lastRemoteStreamCreatedTimestamp = lastRemoteStreamCreatedTimestamp
      self.lastMessageSentTimestamp = lastMessageSentTimestamp
      self.lastMessageReceivedTimestamp = lastMessageReceivedTimestamp
      self.localFlowControlWindow = localFlowControlWindow
      self.remoteFlowControlWindow = remoteFlowControlWindow
    }
  }
}

extension GRPCChannelzV1.SocketData: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__socket_data__unpack)
}

extension GRPCChannelzV1.SocketData: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__SocketData>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      streamsStarted: unsafe source.pointee.streams_started,
      streamsSucceeded: unsafe source.pointee.streams_succeeded,
      streamsFailed: unsafe source.pointee.streams_failed,
      messagesSent: unsafe source.pointee.messages_sent,
      messagesReceived: unsafe source.pointee.messages_received,
      keepAlivesSent: unsafe source.pointee.keep_alives_sent,
      lastLocalStreamCreatedTimestamp: unsafe reader.message(
        source.pointee.last_local_stream_created_timestamp,
        "\(path())last_local_stream_created_timestamp"),
      lastRemoteStreamCreatedTimestamp: unsafe reader.message(
        source.pointee.last_remote_stream_created_timestamp,
        "\(path())last_remote_stream_created_timestamp"),
      lastMessageSentTimestamp: unsafe reader.message(
        source.pointee.last_message_sent_timestamp, "\(path())last_message_sent_timestamp"),
      lastMessageReceivedTimestamp: unsafe reader.message(
        source.pointee.last_message_received_timestamp, "\(path())last_message_received_timestamp"),
      localFlowControlWindow: unsafe reader.message(
        source.pointee.local_flow_control_window, "\(path())local_flow_control_window"),
      remoteFlowControlWindow: unsafe reader.message(
        source.pointee.remote_flow_control_window, "\(path())remote_flow_control_window"))
  }

  func fill(_ target: UnsafeMutablePointer<Grpc__Channelz__V1__SocketData>, _ arena: inout Arena) {
    unsafe grpc__channelz__v1__socket_data__init(target)
    unsafe target.pointee.streams_started = streamsStarted
    unsafe target.pointee.streams_succeeded = streamsSucceeded
    unsafe target.pointee.streams_failed = streamsFailed
    unsafe target.pointee.messages_sent = messagesSent
    unsafe target.pointee.messages_received = messagesReceived
    unsafe target.pointee.keep_alives_sent = keepAlivesSent
    unsafe target.pointee.last_local_stream_created_timestamp = arena.message(
      lastLocalStreamCreatedTimestamp)
    unsafe target.pointee.last_remote_stream_created_timestamp = arena.message(
      lastRemoteStreamCreatedTimestamp)
    unsafe target.pointee.last_message_sent_timestamp = arena.message(lastMessageSentTimestamp)
    unsafe target.pointee.last_message_received_timestamp = arena.message(
      lastMessageReceivedTimestamp)
    unsafe target.pointee.local_flow_control_window = arena.message(localFlowControlWindow)
    unsafe target.pointee.remote_flow_control_window = arena.message(remoteFlowControlWindow)
  }
}
