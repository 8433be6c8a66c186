import Messages

extension GRPCChannelzV1.SocketRef: SampleMessage {
  static let sample = Self(socketID: 3, name: "name")

  static let sampleText = """
    socket_id: 3 name: "name"
    """
}

extension GRPCChannelzV1.ServerRef: SampleMessage {
  static let sample = Self(serverID: 5, name: "name")

  static let sampleText = """
    server_id: 5 name: "name"
    """
}

extension GRPCChannelzV1.Server: SampleMessage {
  static let sample = Self(ref: .sample, data: .sample, listenSocket: [.sample])

  static let sampleText = """
    ref { \(GRPCChannelzV1.ServerRef.sampleText) } data { \(GRPCChannelzV1.ServerData.sampleText)
    } listen_socket { \(GRPCChannelzV1.SocketRef.sampleText) }
    """
}

extension GRPCChannelzV1.ServerData: SampleMessage {
  static let sample = Self(
    callsStarted: 2, callsSucceeded: 3, callsFailed: 4,
    lastCallStartedTimestamp: .init(seconds: 5, nanos: 6))

  static let sampleText = """
    calls_started: 2 calls_succeeded: 3 calls_failed: 4 last_call_started_timestamp { seconds: 5
    nanos: 6 }
    """
}

extension GRPCChannelzV1.Socket: SampleMessage {
  static let sample = Self(
    ref: .sample, data: .sample, local: .sample, remote: .sample, security: .sample,
    remoteName: "remote_name")

  static let sampleText = """
    ref { \(GRPCChannelzV1.SocketRef.sampleText) } data { \(GRPCChannelzV1.SocketData.sampleText)
    } local { \(GRPCChannelzV1.Address.sampleText) } remote { \(GRPCChannelzV1.Address.sampleText)
    } security { \(GRPCChannelzV1.Security.sampleText) } remote_name: "remote_name"
    """
}

extension GRPCChannelzV1.SocketData: SampleMessage {
  static let sample = Self(
    streamsStarted: 1, streamsSucceeded: 2, streamsFailed: 3, messagesSent: 4, messagesReceived: 5,
    keepAlivesSent: 6, lastLocalStreamCreatedTimestamp: .init(seconds: 7, nanos: 8),
    lastRemoteStreamCreatedTimestamp: .init(seconds: 8, nanos: 9),
    lastMessageSentTimestamp: .init(seconds: 9, nanos: 10),
    lastMessageReceivedTimestamp: .init(seconds: 10, nanos: 11),
    localFlowControlWindow: .init(value: 11), remoteFlowControlWindow: .init(value: 12))

  static let sampleText = """
    streams_started: 1 streams_succeeded: 2 streams_failed: 3 messages_sent: 4 messages_received:
    5 keep_alives_sent: 6 last_local_stream_created_timestamp { seconds: 7 nanos: 8 }
    last_remote_stream_created_timestamp { seconds: 8 nanos: 9 } last_message_sent_timestamp {
    seconds: 9 nanos: 10 } last_message_received_timestamp { seconds: 10 nanos: 11 }
    local_flow_control_window { value: 11 } remote_flow_control_window { value: 12 }
    """
}

extension GRPCChannelzV1.Address: SampleMessage {
  static let sample = Self(kind: .tcpipAddress(.sample))

  static let sampleText = """
    tcpip_address { \(GRPCChannelzV1.Address.TcpIpAddress.sampleText) }
    """
}

extension GRPCChannelzV1.Address.TcpIpAddress {
  static let sample = Self(ipAddress: Array("ip_address".utf8), port: 2)

  static let sampleText = """
    ip_address: "ip_address" port: 2
    """
}

extension GRPCChannelzV1.Address.UdsAddress {
  static let sample = Self(filename: "filename")

  static let sampleText = """
    filename: "filename"
    """
}

extension GRPCChannelzV1.Address.OtherAddress {
  static let sample = Self(
    name: "name", value: .init(typeURL: "type_url", value: Array("value".utf8)))

  static let sampleText = """
    name: "name" value { type_url: "type_url" value: "value" }
    """
}

extension GRPCChannelzV1.Security: SampleMessage {
  static let sample = Self(model: .tls(.sample))

  static let sampleText = """
    tls { \(GRPCChannelzV1.Security.Tls.sampleText) }
    """
}

extension GRPCChannelzV1.Security.Tls {
  static let sample = Self(
    cipherSuite: .standardName("standard_name"), localCertificate: Array("local_certificate".utf8),
    remoteCertificate: Array("remote_certificate".utf8))

  static let sampleText = """
    standard_name: "standard_name" local_certificate: "local_certificate" remote_certificate:
    "remote_certificate"
    """
}

extension GRPCChannelzV1.Security.OtherSecurity {
  static let sample = Self(
    name: "name", value: .init(typeURL: "type_url", value: Array("value".utf8)))

  static let sampleText = """
    name: "name" value { type_url: "type_url" value: "value" }
    """
}

extension GRPCChannelzV1.GetServersRequest: SampleMessage {
  static let sample = Self(startServerID: 1, maxResults: 2)

  static let sampleText = """
    start_server_id: 1 max_results: 2
    """
}

extension GRPCChannelzV1.GetServersResponse: SampleMessage {
  static let sample = Self(server: [.sample], end: true)

  static let sampleText = """
    server { \(GRPCChannelzV1.Server.sampleText) } end: true
    """
}

extension GRPCChannelzV1.GetServerRequest: SampleMessage {
  static let sample = Self(serverID: 1)

  static let sampleText = """
    server_id: 1
    """
}

extension GRPCChannelzV1.GetServerResponse: SampleMessage {
  static let sample = Self(server: .sample)

  static let sampleText = """
    server { \(GRPCChannelzV1.Server.sampleText) }
    """
}

extension GRPCChannelzV1.GetServerSocketsRequest: SampleMessage {
  static let sample = Self(serverID: 1, startSocketID: 2, maxResults: 3)

  static let sampleText = """
    server_id: 1 start_socket_id: 2 max_results: 3
    """
}

extension GRPCChannelzV1.GetServerSocketsResponse: SampleMessage {
  static let sample = Self(socketRef: [.sample], end: true)

  static let sampleText = """
    socket_ref { \(GRPCChannelzV1.SocketRef.sampleText) } end: true
    """
}

extension GRPCChannelzV1.GetSocketRequest: SampleMessage {
  static let sample = Self(socketID: 1, summary: true)

  static let sampleText = """
    socket_id: 1 summary: true
    """
}

extension GRPCChannelzV1.GetSocketResponse: SampleMessage {
  static let sample = Self(socket: .sample)

  static let sampleText = """
    socket { \(GRPCChannelzV1.Socket.sampleText) }
    """
}

extension GRPCChannelzV1.GetTopChannelsRequest: SampleMessage {
  static let sample = Self(startChannelID: 1, maxResults: 2)

  static let sampleText = """
    start_channel_id: 1 max_results: 2
    """
}

extension GRPCChannelzV1.GetTopChannelsResponse: SampleMessage {
  static let sample = Self(end: true)

  static let sampleText = """
    end: true
    """
}

extension GRPCChannelzV1.GetChannelRequest: SampleMessage {
  static let sample = Self(channelID: 1)

  static let sampleText = """
    channel_id: 1
    """
}

extension GRPCChannelzV1.GetChannelResponse: SampleMessage {
  static let sample = Self()

  static let sampleText = """

    """
}

extension GRPCChannelzV1.GetSubchannelRequest: SampleMessage {
  static let sample = Self(subchannelID: 1)

  static let sampleText = """
    subchannel_id: 1
    """
}

extension GRPCChannelzV1.GetSubchannelResponse: SampleMessage {
  static let sample = Self()

  static let sampleText = """

    """
}
