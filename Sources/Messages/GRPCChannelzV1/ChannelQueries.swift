import CMessages

extension GRPCChannelzV1 {
  /// Asks for channels.
  package struct GetTopChannelsRequest: Equatable, Sendable {
    /// The first identifier of the page: one above the last of the page before, or 0.
    package var startChannelID: Int64
    /// The size of the page; 0 leaves it to the server.
    package var maxResults: Int64

    package init(startChannelID: Int64 = 0, maxResults: Int64 = 0) {
      self.startChannelID = startChannelID
      self.maxResults = maxResults
    }
  }
}

extension GRPCChannelzV1.GetTopChannelsRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_top_channels_request__unpack)
}

extension GRPCChannelzV1.GetTopChannelsRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetTopChannelsRequest>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      startChannelID: unsafe source.pointee.start_channel_id,
      maxResults: unsafe source.pointee.max_results)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetTopChannelsRequest>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_top_channels_request__init(target)
    unsafe target.pointee.start_channel_id = startChannelID
    unsafe target.pointee.max_results = maxResults
  }
}

extension GRPCChannelzV1 {
  /// A page of channels.
  package struct GetTopChannelsResponse: Equatable, Sendable {
    /// Whether there are no more.
    package var end: Bool

    package init(end: Bool = false) {
      self.end = end
    }
  }
}

extension GRPCChannelzV1.GetTopChannelsResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_top_channels_response__unpack)
}

extension GRPCChannelzV1.GetTopChannelsResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetTopChannelsResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      end: unsafe source.pointee.end != 0)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetTopChannelsResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_top_channels_response__init(target)
    unsafe target.pointee.end = end ? 1 : 0
  }
}

extension GRPCChannelzV1 {
  /// Asks for one channel.
  package struct GetChannelRequest: Equatable, Sendable {
    /// Its identifier.
    package var channelID: Int64

    package init(channelID: Int64 = 0) {
      self.channelID = channelID
    }
  }
}

extension GRPCChannelzV1.GetChannelRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_channel_request__unpack)
}

extension GRPCChannelzV1.GetChannelRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetChannelRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      channelID: unsafe source.pointee.channel_id)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetChannelRequest>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_channel_request__init(target)
    unsafe target.pointee.channel_id = channelID
  }
}

extension GRPCChannelzV1 {
  /// One channel.
  package struct GetChannelResponse: Equatable, Sendable {
    package init() {}
  }
}

extension GRPCChannelzV1.GetChannelResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_channel_response__unpack)
}

extension GRPCChannelzV1.GetChannelResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetChannelResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init()
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetChannelResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_channel_response__init(target)
  }
}

extension GRPCChannelzV1 {
  /// Asks for one subchannel.
  package struct GetSubchannelRequest: Equatable, Sendable {
    /// Its identifier.
    package var subchannelID: Int64

    package init(subchannelID: Int64 = 0) {
      self.subchannelID = subchannelID
    }
  }
}

extension GRPCChannelzV1.GetSubchannelRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_subchannel_request__unpack)
}

extension GRPCChannelzV1.GetSubchannelRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetSubchannelRequest>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      subchannelID: unsafe source.pointee.subchannel_id)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetSubchannelRequest>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_subchannel_request__init(target)
    unsafe target.pointee.subchannel_id = subchannelID
  }
}

extension GRPCChannelzV1 {
  /// One subchannel.
  package struct GetSubchannelResponse: Equatable, Sendable {
    package init() {}
  }
}

extension GRPCChannelzV1.GetSubchannelResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__channelz__v1__get_subchannel_response__unpack)
}

extension GRPCChannelzV1.GetSubchannelResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Channelz__V1__GetSubchannelResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init()
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Channelz__V1__GetSubchannelResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__channelz__v1__get_subchannel_response__init(target)
  }
}
