import GRPC
import HTTP2
import Messages
import Synchronization

/// Where ``ChannelzService`` looks: the server that it is a part of, once that has been built.
final class ChannelzSource: Sendable {
  private let id = HTTP2Identifier.next()
  private let server = Mutex<GRPCServer?>(nil)
  private let metrics: CallMetrics

  init(metrics: CallMetrics) {
    self.metrics = metrics
  }

  func attach(_ server: GRPCServer) {
    self.server.withLock { $0 = server }
  }

  func view() async -> ChannelzView {
    let clocks = ChannelzClock()
    let listeners = await server.withLock({ $0 })?.snapshot() ?? []
    let sockets = listeners.map { GRPCChannelzV1.Socket(listener: $0) }
    return ChannelzView(
      server: GRPCChannelzV1.Server(
        ref: .init(serverID: id.rawValue, name: "provisiond"),
        data: GRPCChannelzV1.ServerData(metrics.totals, clocks),
        listenSocket: sockets.compactMap(\.ref)),
      listeners: sockets,
      connections: listeners.flatMap(\.connections)
        .map { GRPCChannelzV1.Socket(connection: $0, clocks) }
        .sorted { ($0.ref?.socketID ?? 0) < ($1.ref?.socketID ?? 0) })
  }
}

extension GRPCChannelzV1.ServerData {
  init(_ totals: CallMetrics.Totals, _ clock: ChannelzClock) {
    self.init(
      callsStarted: Int64(totals.started), callsSucceeded: Int64(totals.succeeded),
      callsFailed: Int64(totals.failed),
      lastCallStartedTimestamp: totals.lastStarted.map(clock.timestamp))
  }
}
