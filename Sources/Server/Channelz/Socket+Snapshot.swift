import Foundation
import HTTP2
import Messages
import NIOCore

extension GRPCChannelzV1.Socket {
  /// A socket that is listened on.
  init(listener: HTTP2ListenerSnapshot) {
    self.init(
      ref: .init(socketID: listener.id.rawValue, name: listener.localAddress.name),
      data: GRPCChannelzV1.SocketData(), local: GRPCChannelzV1.Address(listener.localAddress))
  }

  init(connection: HTTP2ConnectionSnapshot, _ clock: ChannelzClock) {
    self.init(
      ref: .init(
        socketID: connection.id.rawValue,
        name: connection.remoteAddress?.name ?? ""),
      data: GRPCChannelzV1.SocketData(connection, clock),
      local: connection.localAddress.map { GRPCChannelzV1.Address($0) },
      remote: connection.remoteAddress.map { GRPCChannelzV1.Address($0) },
      security: connection.isSecured ? GRPCChannelzV1.Security(model: .tls(.init())) : nil)
  }
}

extension GRPCChannelzV1.SocketData {
  /// What the local end may send is what the remote end has granted, and the other way round.
  fileprivate init(_ connection: HTTP2ConnectionSnapshot, _ clock: ChannelzClock) {
    let counters = connection.counters
    self.init(
      streamsStarted: Int64(counters.streamsStarted),
      streamsSucceeded: Int64(counters.streamsSucceeded),
      streamsFailed: Int64(counters.streamsFailed), messagesSent: Int64(counters.messagesSent),
      messagesReceived: Int64(counters.messagesReceived),
      keepAlivesSent: Int64(counters.keepalivesSent),
      lastRemoteStreamCreatedTimestamp: connection.timeSinceLastStream.map(clock.timestamp(ago:)),
      lastMessageSentTimestamp: connection.timeSinceLastMessageSent.map(clock.timestamp(ago:)),
      lastMessageReceivedTimestamp: connection.timeSinceLastMessageReceived.map(
        clock.timestamp(ago:)),
      localFlowControlWindow: .init(value: Int64(connection.remoteWindow)),
      remoteFlowControlWindow: .init(value: Int64(connection.localWindow)))
  }
}

extension GRPCChannelzV1.Address {
  init(_ address: SocketAddress) {
    let port = Int32(address.port ?? -1)
    switch address {
    case .v4:
      self.init(kind: .tcpipAddress(.init(ipAddress: address.bytes(AF_INET, 4), port: port)))
    case .v6:
      self.init(kind: .tcpipAddress(.init(ipAddress: address.bytes(AF_INET6, 16), port: port)))
    case .unixDomainSocket:
      self.init(kind: .udsAddress(.init(filename: address.pathname ?? "")))
    }
  }
}

extension SocketAddress {
  /// For people: HOST:PORT.
  fileprivate var name: String {
    guard let ipAddress, let port else { return pathname ?? "" }
    return "\(ListenAddress(host: ipAddress, port: port))"
  }

  /// The address in network order.
  fileprivate func bytes(_ family: Int32, _ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // A scope of IPv6 is no part of the address.
    let text = ipAddress?.prefix { $0 != "%" } ?? ""
    unsafe inet_pton(family, String(text), &bytes)
    return bytes
  }
}
