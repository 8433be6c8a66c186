import HTTP2
import NIOCore

/// One streaming call on the client. Confined to the event loop of its connection.
final class ClientStream: HTTP2StreamDelegate {
  private let limits: GRPCLimits
  private var stream: HTTP2Stream?
  private var hasHead = false
  private var isComplete = false
  private var timer: Scheduled<Void>?
  private(set) var inbound: InboundMessages?
  private(set) var outbound: OutboundMessages?

  init(limits: GRPCLimits) {
    self.limits = limits
  }

  /// Opens the stream; `inbound` and `outbound` are there from now on.
  func start(
    _ headers: HeaderFields, timeout: Duration?, on connection: HTTP2ClientConnection
  ) -> (InboundMessages, OutboundMessages) {
    let stream = connection.open(headers: headers, endStream: false, delegate: self)
    let inbound = InboundMessages(
      stream: stream, deframer: MessageDeframer(limit: limits.maximumReceiveMessageLength))
    let outbound = OutboundMessages(
      stream: stream, bound: limits.queuedByteCount, hasSentHead: true)
    (self.stream, self.inbound, self.outbound) = (stream, inbound, outbound)
    if let timeout, timeout < Timeout.longestTimer {
      timer = connection.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
        self.abandon(ServerCallStateMachine.deadlineExceeded)
      }
    }
    return (inbound, outbound)
  }

  /// Ends the call without waiting for its status; without effect when it has come.
  func abandon(_ error: RPCError) {
    guard !isComplete else { return }
    stream?.reset(.cancel)
    inbound?.close(throwing: error)
    complete(error)
  }

  // MARK: Events of the stream

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    if !hasHead {
      let status = headers.first(named: ":status") ?? ""
      guard !status.hasPrefix("1") else { return }
      if !endStream, status != "200" {
        let status = Status.forHTTP(status: status)
        return abandon(RPCError(code: status.code, message: status.message))
      }
      hasHead = true
      if MessageEncoding.isGzip(headers) { inbound?.admitCompression() }
    }
    if endStream { complete(ResponseStatus.failure(in: headers)) }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    inbound?.receive(data)
    if endStream { complete(ResponseStatus.missing) }
  }

  func streamDidDrain(_ stream: HTTP2Stream) {
    outbound?.didDrain()
  }

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    complete(RPCError(reset: error))
    self.stream = nil
  }

  /// The status is known, nil for success: readers get it behind the messages that have come.
  private func complete(_ error: RPCError?) {
    guard !isComplete else { return }
    isComplete = true
    timer?.cancel()
    timer = nil
    inbound?.finish(throwing: error)
    outbound?.close()
  }
}
