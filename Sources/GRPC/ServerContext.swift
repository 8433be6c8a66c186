/// What a handler and the interceptors know about the call they serve. A handler learns of the
/// caller's cancellation, of the deadline and of a lost connection by cancellation of its task.
package struct ServerContext: Sendable {
  /// What stays the same during a call, held once: a context is handed on at each step.
  private final class Call: Sendable {
    let descriptor: MethodDescriptor
    let methodIndex: Int?
    let metadata: Metadata
    let startTime: ContinuousClock.Instant
    let deadline: ContinuousClock.Instant?
    let peer: String
    let peerCertificates: [[UInt8]]

    init(
      descriptor: MethodDescriptor, methodIndex: Int?, metadata: Metadata,
      startTime: ContinuousClock.Instant, deadline: ContinuousClock.Instant?, peer: String,
      peerCertificates: [[UInt8]]
    ) {
      self.descriptor = descriptor
      self.methodIndex = methodIndex
      self.metadata = metadata
      self.startTime = startTime
      self.deadline = deadline
      self.peer = peer
      self.peerCertificates = peerCertificates
    }
  }

  private let call: Call
  /// The call's part of a trace; nil where it is not traced.
  package var span: CallSpan?
  /// Who calls, as an authenticating interceptor found out. The type is the interceptor's; an
  /// object, so that handing it on costs one reference.
  package var principal: (any AnyObject & Sendable)?

  package init(
    descriptor: MethodDescriptor, methodIndex: Int? = nil, metadata: Metadata,
    startTime: ContinuousClock.Instant = .now, deadline: ContinuousClock.Instant?,
    peer: String, peerCertificates: [[UInt8]] = [], principal: (any AnyObject & Sendable)? = nil
  ) {
    call = Call(
      descriptor: descriptor, methodIndex: methodIndex, metadata: metadata, startTime: startTime,
      deadline: deadline, peer: peer, peerCertificates: peerCertificates)
    self.principal = principal
  }

  /// The method called; `unregistered` where this server does not have it.
  package var descriptor: MethodDescriptor { call.descriptor }
  /// The place of the method among those of the router, from 0, so that what is kept for each
  /// method needs no look-up; nil where this server does not have it.
  package var methodIndex: Int? { call.methodIndex }
  /// The metadata of the request.
  package var metadata: Metadata { call.metadata }
  /// When the request's headers came.
  package var startTime: ContinuousClock.Instant { call.startTime }
  /// When the caller stops waiting; nil where it waits forever.
  package var deadline: ContinuousClock.Instant? { call.deadline }
  /// The address of the peer without its port.
  package var peer: String { call.peer }
  /// The certificate that the peer proved itself with (DER; its own alone, see
  /// `HTTP2ConnectionInfo`); empty without mutual TLS.
  package var peerCertificates: [[UInt8]] { call.peerCertificates }

  /// The time left, not below zero; nil where the caller waits forever.
  package var timeRemaining: Duration? {
    deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
  }
}

/// The request of a call that takes one message.
package struct ServerRequest<Input: Sendable>: Sendable {
  package var metadata: Metadata
  package var message: Input
  /// Whether the message came compressed.
  package var wasCompressed: Bool

  package init(metadata: Metadata = Metadata(), message: Input, wasCompressed: Bool = false) {
    self.metadata = metadata
    self.message = message
    self.wasCompressed = wasCompressed
  }
}

/// The one answer to a call that succeeded; a failure is thrown as an `RPCError`.
package struct ServerResponse<Output: Sendable>: Sendable {
  package var message: Output
  /// Sent in front of the message.
  package var metadata: Metadata
  /// Sent behind the message, with the status.
  package var trailingMetadata: Metadata
  /// Whether the message is compressed for a caller that accepts it; nil leaves that to the server.
  package var compressed: Bool?

  package init(
    message: Output, metadata: Metadata = Metadata(), trailingMetadata: Metadata = Metadata(),
    compressed: Bool? = nil
  ) {
    self.compressed = compressed
    self.message = message
    self.metadata = metadata
    self.trailingMetadata = trailingMetadata
  }
}
