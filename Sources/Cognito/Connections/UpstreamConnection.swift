import NIOCore
import NIOTLS

/// One HTTP/1.1 keep-alive connection, with at most one exchange on it. Confined to its event loop.
///
///     connecting ──begin──> securing ──ready──> idle <──answer read── busy
///          │                   │                  └────────send────────> │
///          └───────────────────┴──────> closed <─────────────────────────┘
///
/// Of several addresses that are tried at once (RFC 8305), one connection is begun; the others
/// close without a report.
final class UpstreamConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    case connecting, securing, idle, busy, closed
  }

  private struct Exchange {
    var request: any UpstreamRequest
    var reader: AnswerReader
  }

  private let limits: ConnectionLimits
  private let pool: ConnectionPool
  private var context: ChannelHandlerContext?
  private var state = State.connecting
  /// Whether bytes can be sent: at once, or when TLS is agreed.
  private var isSecured: Bool
  private var exchange: Exchange?
  /// The first error of the connection, for the log.
  private var reason: any Error = TransportFault.connectionLost
  /// When the exchange must be over; when an idle connection is closed.
  private(set) var deadline = NIODeadline.distantFuture

  init(pool: ConnectionPool, usesTLS: Bool, limits: ConnectionLimits) {
    self.pool = pool
    isSecured = !usesTLS
    self.limits = limits
  }

  /// Sends a request on an idle connection.
  func send(_ request: any UpstreamRequest, deadline: NIODeadline) {
    guard case .idle = state, let context else {
      return request.ended(with: .failure(.unreachable))
    }
    state = .busy
    self.deadline = deadline
    exchange = Exchange(
      request: request,
      reader: AnswerReader(
        maximumHeadByteCount: limits.maximumHeadByteCount,
        maximumBodyByteCount: limits.maximumBodyByteCount))
    context.writeAndFlush(wrapOutboundOut(request.message()), promise: nil)
  }

  /// Keeps an idle connection until `deadline`.
  func rest(until deadline: NIODeadline) {
    self.deadline = deadline
  }

  /// The connection stands and is the one to use.
  func begin() {
    guard case .connecting = state else {
      pool.connectFailed(reason: reason)
      return
    }
    state = .securing
    if isSecured { becomeReady() }
  }

  /// The time to connect has passed.
  func expireIfSecuring() {
    guard case .securing = state else { return }
    reason = TransportFault.timedOut
    end(with: .timedOut)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      isSecured = true
      if case .securing = state { becomeReady() }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    // Over TLS an end that nobody announced comes as an error before.
    if exchange?.reader.end() == true {
      complete()
    } else {
      end(with: .connectionLost)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    reason = error
    end(with: .connectionLost)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // An answer that nobody asked for.
    guard exchange != nil else { return end(with: .malformed) }
    let bytes = unwrapInboundIn(data)
    do throws(TransportFault) {
      try exchange?.reader.read(bytes.readableBytesUInt8Span)
    } catch {
      return end(with: error)
    }
    if exchange?.reader.isDone == true { complete() }
  }

  private func becomeReady() {
    state = .idle
    pool.connectionBecameReady(self)
  }

  private func complete() {
    guard let exchange else { return }
    self.exchange = nil
    if exchange.reader.keepsAlive {
      state = .idle
      pool.connectionBecameIdle(self)
    } else {
      state = .closed
      context?.close(promise: nil)
      pool.connectionClosed(self)
    }
    exchange.request.ended(with: .success(exchange.reader.answer))
  }

  /// Ends the connection, and the exchange on it with what has arrived of its answer.
  func end(with fault: TransportFault) {
    let previous = state
    state = .closed
    switch previous {
    case .closed: return
    case .connecting: break
    case .securing: pool.connectFailed(reason: reason)
    case .idle, .busy: pool.connectionClosed(self)
    }
    context?.close(promise: nil)
    guard let exchange else { return }
    self.exchange = nil
    if exchange.reader.hasHead {
      var answer = exchange.reader.answer
      answer.bodyFault = fault
      exchange.request.ended(with: .success(answer))
    } else {
      exchange.request.ended(with: .failure(fault))
    }
  }
}
