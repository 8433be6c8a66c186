import GRPC
import Messages

/// `grpc.channelz.v1.Channelz`: who is connected and what went on (gRFC A14). This process is no
/// client of gRPC, so it has neither channels nor subchannels.
struct ChannelzService: Sendable {
  private typealias Channelz = GRPCChannelzV1

  static let name = "grpc.channelz.v1.Channelz"

  var view: @Sendable () async -> ChannelzView

  func register(with router: inout RPCRouter) {
    registerServers(with: &router)
    registerSockets(with: &router)
    registerChannels(with: &router)
  }

  private func registerServers(with router: inout RPCRouter) {
    router.registerUnary(method("GetServers")) {
      (request: ServerRequest<Channelz.GetServersRequest>, _) in
      ServerResponse(message: try await view().servers(request.message))
    }
    router.registerUnary(method("GetServer")) {
      (request: ServerRequest<Channelz.GetServerRequest>, _) in
      ServerResponse(
        message: Channelz.GetServerResponse(
          server: try await view().server(request.message.serverID)))
    }
  }

  private func registerSockets(with router: inout RPCRouter) {
    router.registerUnary(method("GetServerSockets")) {
      (request: ServerRequest<Channelz.GetServerSocketsRequest>, _) in
      ServerResponse(message: try await view().sockets(request.message))
    }
    router.registerUnary(method("GetSocket")) {
      (request: ServerRequest<Channelz.GetSocketRequest>, _) in
      ServerResponse(
        message: Channelz.GetSocketResponse(
          socket: try await view().socket(request.message.socketID)))
    }
  }

  private func registerChannels(with router: inout RPCRouter) {
    router.registerUnary(method("GetTopChannels")) {
      (_: ServerRequest<Channelz.GetTopChannelsRequest>, _) in
      ServerResponse(message: Channelz.GetTopChannelsResponse(end: true))
    }
    router.registerUnary(method("GetChannel")) {
      (_: ServerRequest<Channelz.GetChannelRequest>, _) -> ServerResponse<
        Channelz.GetChannelResponse
      > in
      throw ChannelzView.notFound("channel")
    }
    router.registerUnary(method("GetSubchannel")) {
      (_: ServerRequest<Channelz.GetSubchannelRequest>, _) -> ServerResponse<
        Channelz.GetSubchannelResponse
      > in
      throw ChannelzView.notFound("subchannel")
    }
  }

  private func method(_ name: String) -> MethodDescriptor {
    MethodDescriptor(service: Self.name, method: name)
  }
}
