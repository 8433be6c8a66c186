import NIOCore

/// What is known about the connection of a stream.
package struct HTTP2ConnectionInfo: Sendable {
  /// The peer's address without its port; `unknown` when the socket has none (a pipe).
  package let peer: String
  /// Runs tasks on the connection's event loop.
  package let executor: EventLoopExecutor

  package init(peer: String, executor: EventLoopExecutor) {
    self.peer = peer
    self.executor = executor
  }

  init(channel: any Channel) {
    self.init(
      peer: channel.remoteAddress?.ipAddress ?? "unknown",
      executor: EventLoopExecutor(eventLoop: channel.eventLoop))
  }
}
