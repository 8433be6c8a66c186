import NIOCore

/// What is known about the connection of a stream. An object, to which each stream has a reference.
package final class HTTP2ConnectionInfo: Sendable {
  /// The peer's address without its port; `unknown` when the socket has none (a pipe).
  package let peer: String
  /// Runs tasks on the connection's event loop.
  package let executor: EventLoopExecutor
  /// The certificate that the peer has shown over TLS for itself and that was verified, in DER;
  /// empty when it was not asked for any. Those between it and its authority are not here: NIOSSL
  /// hands them on only to a verification of one's own, which a resumed session skips.
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
