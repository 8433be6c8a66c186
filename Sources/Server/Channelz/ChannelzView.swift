import GRPC
import Messages
import Provisioning

/// The server of this process, its listeners and connections at one moment, as channelz shows them.
struct ChannelzView: Sendable {
  typealias Channelz = GRPCChannelzV1

  /// Entries in one answer where the request asks for more, or for no number.
  static let pageLimit = 100

  var server: Channelz.Server
  var listeners: [Channelz.Socket] = []
  /// By rising identifier.
  var connections: [Channelz.Socket] = []

  private var serverID: Int64 { server.ref?.serverID ?? 0 }

  /// - Throws: INVALID_ARGUMENT for a negative page size.
  func servers(
    _ request: Channelz.GetServersRequest
  ) throws(RPCError) -> Channelz.GetServersResponse {
    let page = try Self.page(
      [server], from: request.startServerID, size: request.maxResults, id: { _ in serverID })
    return Channelz.GetServersResponse(server: page.entries, end: page.isLast)
  }

  /// - Throws: NOT_FOUND.
  func server(_ id: Int64) throws(RPCError) -> Channelz.Server {
    guard id == serverID else { throw Self.notFound("server") }
    return server
  }

  /// - Throws: NOT_FOUND for the server; INVALID_ARGUMENT for a negative page size.
  func sockets(
    _ request: Channelz.GetServerSocketsRequest
  ) throws(RPCError) -> Channelz.GetServerSocketsResponse {
    _ = try server(request.serverID)
    let page = try Self.page(
      connections.compactMap(\.ref), from: request.startSocketID, size: request.maxResults,
      id: \.socketID)
    return Channelz.GetServerSocketsResponse(socketRef: page.entries, end: page.isLast)
  }

  /// - Throws: NOT_FOUND.
  func socket(_ id: Int64) throws(RPCError) -> Channelz.Socket {
    guard let socket = (connections + listeners).first(where: { $0.ref?.socketID == id }) else {
      throw Self.notFound("socket")
    }
    return socket
  }

  /// - Throws: INVALID_ARGUMENT for a negative page size.
  static func page<Entry>(
    _ entries: [Entry], from start: Int64, size: Int64, id: (Entry) -> Int64
  ) throws(RPCError) -> (entries: [Entry], isLast: Bool) {
    guard size >= 0 else {
      throw ProvisioningError.invalid([
        Violation(field: "max_results", description: "must not be negative")
      ]).rpcError
    }
    let rest = entries.filter { id($0) >= start }
    let limit = size == 0 ? pageLimit : min(Int(clamping: size), pageLimit)
    return (Array(rest.prefix(limit)), rest.count <= limit)
  }

  static func notFound(_ what: String) -> RPCError {
    ErrorDetails(
      .notFound, "\(what.uppercased())_NOT_FOUND", "There is no such \(what) in this process."
    ).rpcError
  }
}
