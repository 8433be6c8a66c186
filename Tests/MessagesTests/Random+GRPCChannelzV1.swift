import Messages

extension GRPCChannelzV1.SocketRef: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      socketID: random.integer(), name: random.text())
  }
}

extension GRPCChannelzV1.ServerRef: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      serverID: random.integer(), name: random.text())
  }
}

extension GRPCChannelzV1.Server: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      ref: random.optional { .random(&$0) }, data: random.optional { .random(&$0) },
      listenSocket: random.array { .random(&$0) })
  }
}

extension GRPCChannelzV1.ServerData: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      callsStarted: random.integer(), callsSucceeded: random.integer(),
      callsFailed: random.integer(), lastCallStartedTimestamp: random.optional { .random(&$0) })
  }
}

extension GRPCChannelzV1.Socket: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      ref: random.optional { .random(&$0) }, data: random.optional { .random(&$0) },
      local: random.optional { .random(&$0) }, remote: random.optional { .random(&$0) },
      security: random.optional { .random(&$0) }, remoteName: random.text())
  }
}

extension GRPCChannelzV1.SocketData: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      streamsStarted: random.integer(), streamsSucceeded: random.integer(),
      streamsFailed: random.integer(), messagesSent: random.integer(),
      messagesReceived: random.integer(), keepAlivesSent: random.integer(),
      lastLocalStreamCreatedTimestamp: random.optional { .random(&$0) },
      lastRemoteStreamCreatedTimestamp: random.optional { .random(&$0) },
      lastMessageSentTimestamp: random.optional { .random(&$0) },
      lastMessageReceivedTimestamp: random.optional { .random(&$0) },
      localFlowControlWindow: random.optional { .random(&$0) },
      remoteFlowControlWindow: random.optional { .random(&$0) })
  }
}

extension GRPCChannelzV1.Address: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      kind: random.optional {
        $0.oneOf([
          { .tcpipAddress(.random(&$0)) }, { .udsAddress(.random(&$0)) },
          { .otherAddress(.random(&$0)) },
        ])
      })
  }
}

extension GRPCChannelzV1.Address.TcpIpAddress: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      ipAddress: random.bytes(), port: random.integer())
  }
}

extension GRPCChannelzV1.Address.UdsAddress: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      filename: random.text())
  }
}

extension GRPCChannelzV1.Address.OtherAddress: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      name: random.text(), value: random.optional { .random(&$0) })
  }
}

extension GRPCChannelzV1.Security: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      model: random.optional { $0.oneOf([{ .tls(.random(&$0)) }, { .other(.random(&$0)) }]) })
  }
}

extension GRPCChannelzV1.Security.Tls: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      cipherSuite: random.optional {
        $0.oneOf([{ .standardName($0.text()) }, { .otherName($0.text()) }])
      }, localCertificate: random.bytes(), remoteCertificate: random.bytes())
  }
}

extension GRPCChannelzV1.Security.OtherSecurity: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      name: random.text(), value: random.optional { .random(&$0) })
  }
}

extension GRPCChannelzV1.GetServersRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      startServerID: random.integer(), maxResults: random.integer())
  }
}

extension GRPCChannelzV1.GetServersResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      server: random.array { .random(&$0) }, end: random.boolean())
  }
}

extension GRPCChannelzV1.GetServerRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      serverID: random.integer())
  }
}

extension GRPCChannelzV1.GetServerResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      server: random.optional { .random(&$0) })
  }
}

extension GRPCChannelzV1.GetServerSocketsRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      serverID: random.integer(), startSocketID: random.integer(), maxResults: random.integer())
  }
}

extension GRPCChannelzV1.GetServerSocketsResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      socketRef: random.array { .random(&$0) }, end: random.boolean())
  }
}

extension GRPCChannelzV1.GetSocketRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      socketID: random.integer(), summary: random.boolean())
  }
}

extension GRPCChannelzV1.GetSocketResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      socket: random.optional { .random(&$0) })
  }
}

extension GRPCChannelzV1.GetTopChannelsRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      startChannelID: random.integer(), maxResults: random.integer())
  }
}

extension GRPCChannelzV1.GetTopChannelsResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      end: random.boolean())
  }
}

extension GRPCChannelzV1.GetChannelRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      channelID: random.integer())
  }
}

extension GRPCChannelzV1.GetChannelResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self()
  }
}

extension GRPCChannelzV1.GetSubchannelRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      subchannelID: random.integer())
  }
}

extension GRPCChannelzV1.GetSubchannelResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self()
  }
}
