package import NIOCore
import NIOSSL

/// Stands in a listener's own pipeline, where the connections come by as they are accepted, and turns
/// away those for which there is no place, before anything is made for them.
///
/// Nothing more is accepted until a connection that has to go is closed, so that the descriptors
/// that `DescriptorLimit` keeps back stay free however fast connections come.
package final class AcceptGate: ChannelDuplexHandler {
  package typealias InboundIn = any Channel
  package typealias InboundOut = any Channel
  package typealias OutboundIn = Never

  /// How long nothing is accepted after the system could not do it: it is asked again at once
  /// otherwise, for as long as a connection waits.
  private static let pauseAfterFailure = TimeAmount.milliseconds(100)

  private let connections: OpenConnections
  private let keepsReserve: Bool
  /// Connections that have to go and are not closed yet.
  private var closing = 0
  private var isReadWanted = false

  init(_ connections: OpenConnections, keepsReserve: Bool = true) {
    self.connections = connections
    self.keepsReserve = keepsReserve
  }

  /// The gate of a port for the operator, who is served from what is kept back from clients. A
  /// newcomer above the limit takes the place of the oldest connection.
  package convenience init(operatorConnections limit: Int) {
    self.init(OpenConnections(limit: limit, limitPerAddress: limit), keepsReserve: false)
  }

  /// Puts the gate into the pipeline of a listening channel.
  package func add(to channel: any Channel) throws {
    // With more than one in a turn, those that come take the descriptors of those that go unseen.
    try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
    let operations = channel.pipeline.syncOperations
    try operations.addHandler(
      AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { _ in Self.pauseAfterFailure })
    try operations.addHandler(self)
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let newcomer = unwrapInboundIn(data)
    let isFull = keepsReserve && DescriptorLimit.isNear
    switch connections.insert(newcomer, isProcessFull: isFull) {
    case .admitted: break
    case .inPlaceOf(let silent):
      silent.pipeline.fireUserInboundEventTriggered(HTTP2ConnectionHandler.Order.close)
      close(silent, context)
    case .refused: return close(newcomer, context)
    }
    context.fireChannelRead(data)
  }

  package func read(context: ChannelHandlerContext) {
    if closing == 0 {
      context.read()
    } else {
      isReadWanted = true
    }
  }

  private func close(_ channel: any Channel, _ context: ChannelHandlerContext) {
    closing += 1
    channel.closeAtOnce()
    let gate = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    channel.closeFuture.hop(to: context.eventLoop).whenComplete { _ in
      let (gate, context) = gate.value
      gate.closing -= 1
      guard gate.closing == 0, gate.isReadWanted else { return }
      gate.isReadWanted = false
      context.read()
    }
  }
}

extension Channel {
  /// Closes the socket itself: TLS would say farewell first, to a peer that may never answer.
  func closeAtOnce() {
    eventLoop.execute {
      let tls = try? self.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
      if let tls {
        tls.close(promise: nil)
      } else {
        self.close(promise: nil)
      }
    }
  }
}
