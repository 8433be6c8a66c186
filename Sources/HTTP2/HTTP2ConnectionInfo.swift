import NIOCore

/// What is known about the connection of a stream. An object, to which each stream has a reference.
package final class HTTP2ConnectionInfo: Sendable {
  /// The peer's address without its port; `unknown` when the socket has none (a pipe).
  package let peer: String
  /// Runs tasks on the connection's event loop.
  package let executor: EventLoopExecutor
  /// The certificates that the peer has shown over TLS and that were verified, in DER, its own
  /// first; empty when it was not asked for any.
  package let peerCertificates: [[UInt8]]
  /// The work that the connection's requests have started.
  package let load = ConnectionLoad()

  package init(peer: String, executor: EventLoopExecutor, peerCertificates: [[UInt8]] = []) {
    self.peer = peer
    self.executor = executor
    self.peerCertificates = peerCertificates
  }

  convenience init(channel: any Channel, peerCertificates: [[UInt8]] = []) {
    self.init(
      peer: channel.remoteAddress?.ipAddress ?? "unknown",
      executor: EventLoopExecutor(eventLoop: channel.eventLoop),
      peerCertificates: peerCertificates)
  }
}
